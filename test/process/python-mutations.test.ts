// Broken source, by the hundred: no crash, no hang past the deadline, bounded memory, and the next file is read well.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mutate, mutations, randomOf } from '../bench/mutations/mutate';
import { pythonFiles, Survey } from '../bench/mutations/survey';

const root = path.resolve(import.meta.dirname, '../..');
const files = ['examples/pytorch', 'test/golden/pytorch'].flatMap((folder) =>
  pythonFiles(path.join(root, folder)),
);
const memoryMb = 400;
/** Stops early on a slow machine, but never before this many. */
const [atLeast, atMost, budgetMs] = [150, 500, 60_000];

let survey: Survey;
beforeAll(async () => {
  survey = new Survey({ distDir: path.join(root, 'dist'), deadlineMs: 3_000, memoryMb, files });
  await survey.start();
});
afterAll(() => survey.dispose());

it('breaks a text in the same way for the same seed, and in every way', () => {
  const text =
    'from torch import nn\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return f(x, 3, 4)\n';
  expect(mutate(text, 7)).toEqual(mutate(text, 7));
  for (const [kind, change] of Object.entries(mutations)) {
    const seeds = Array.from({ length: 30 }, (_, i) => change(text, randomOf(i)));
    expect(
      seeds.some((mutant) => mutant !== text),
      kind,
    ).toBe(true);
  }
});

it('is read without a crash, within the deadline and the memory, whatever is wrong with it', async () => {
  const end = performance.now() + budgetMs;
  for (let seed = 0; seed < atMost && (seed < atLeast || performance.now() < end); seed++)
    await survey.read(seed);
  const { mutants, withModels, codes, complaints, slowestMs, memoryMb: used } = survey.findings;
  const said = [...codes].map(([code, n]) => `${code} ${n}`).join(', ');
  console.log(
    `${mutants} mutants, ${withModels} with a model, slowest ${Math.round(slowestMs)} ms, ${Math.round(used)} MB: ${said}`,
  );
  expect(complaints).toEqual([]);
  // Node, the test runner and this process's own heap beside the sandbox.
  expect(used).toBeLessThan(memoryMb + 800);
  // Mutants that break nothing must still be read: a frontend that answers nothing would survive everything.
  expect(withModels).toBeGreaterThan(mutants / 8);
}, 240_000);
