// `espalier scaling-law` on real runs of a tiny GPT: short ones foretell a longer one, and what is no law is refused.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../core/graph/model-graph';
import { validateRecipe } from '../../core/recipe/validate';
import type { LawReport } from '../../cli/scaling-law/describe';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { RunFolder } from '../../training/runs/run-folder';
import { tempFolder } from '../unit/training/support';
import { HostClient } from './training-host-client';

const distDir = path.resolve('dist');
const example = path.resolve('examples/pytorch/gpt.py');
const frontend = createPythonFrontend({ distDir });
let graph: ModelGraph;
beforeAll(async () => {
  const text = `${readFileSync(example, 'utf8')}\n\n# espalier: model tiny input=(1, 16)\ntiny = gpt(length=16, width=16, heads=2, depth=1)\n`;
  const { models } = await frontend.trace({ file: example, text }, new AbortController().signal);
  graph = models.find((model) => model.graph.name === 'tiny')!.graph;
});
afterAll(() => frontend.dispose());

const cli = path.resolve(distDir, 'cli.cjs');
const espalier = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'scaling-law', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('espalier scaling-law', () => {
  it('foretells a longer run from short ones, within the interval that it gives', async () => {
    const host = new HostClient();
    const runsFolder = tempFolder();
    const begin = async (epochs: number, method = 'nm-magnitude') => {
      const answer = validateRecipe({
        version: 1,
        model: { file: 'gpt.py', name: 'tiny' },
        method,
        ...{ sparsity: 0.5, keepDense: ['head'], device: 'wasm' },
        data: { kind: 'grammar', train: 256, test: 100 },
        training: { epochs, batch: 16, optimizer: 'adamw', learningRate: 0.003 },
      });
      if (!answer.ok) throw new Error(answer.problems[0]!.message);
      const { id } = await host.ask('runs/start', {
        ...{ recipe: answer.recipe, graph, baseFolder: path.dirname(example), runsFolder },
      });
      await host.ended(path.join(runsFolder, id));
      return id;
    };
    for (const epochs of [3, 6, 12]) await begin(epochs);
    expect(espalier('--folder', runsFolder)).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'espalier: 3 runs for the 3 coefficients of a law of tokens: 4 are the least, so that its error can be told\n',
    });
    for (const epochs of [4, 18]) await begin(epochs);

    const tokens = 36 * 256 * 16;
    const told = espalier('--folder', runsFolder, '--tokens', String(tokens), '--json');
    expect(told.status, told.stderr).toBe(0);
    const { runs, fitted, leftOut, foretold } = JSON.parse(told.stdout) as LawReport;
    expect(runs.map((run) => run.tokens).sort((a, b) => a - b)).toEqual(
      [3, 4, 6, 12, 18].map((epochs) => epochs * 256 * 16),
    );
    expect(fitted.law.terms.map(({ of }) => of)).toEqual(['tokens']);
    expect(leftOut).toHaveLength(5);
    const long = await RunFolder.open(path.join(runsFolder, await begin(36)));
    const { result } = await long.record();
    expect(runs[0]!.parameters).toBe(result!.params.sparse);
    const loss = Math.log(result!.metrics!.sparse['perplexity']!);
    expect(loss).toBeLessThan(Math.min(...runs.map((run) => run.loss)));
    expect(loss).toBeGreaterThan(foretold!.low);
    expect(loss).toBeLessThan(foretold!.high);

    const page = espalier('--folder', runsFolder);
    expect(page.stdout, page.stderr).toMatch(
      /^6 runs: nm-magnitude at 50 % on grammar \(test 100, order verb-object\), perplexity$/m,
    );
    expect(page.stdout).toMatch(/^β {2}\d\.\d+$/m);
    expect(page.stdout).toMatch(/^left out, \d of 6 runs are foretold within \d+\.\d\d % in the mean/m);

    const other = await begin(3, 'sr-ste');
    expect(espalier('--folder', runsFolder).stderr).toMatch(
      /^espalier: these runs follow 2 laws \(6 of nm-magnitude .*; 1 of sr-ste .*\): name the runs of one, or its --method\n$/,
    );
    expect(espalier('--folder', runsFolder, '--method', 'nm-magnitude').status).toBe(0);
    expect(espalier('--folder', runsFolder, other).stderr).toMatch(
      /^espalier: one run of .* parameters and .* tokens/,
    );
    expect(espalier('--folder', runsFolder, '--method', 'nm-magnitude', '--params', '1e6').stderr).toMatch(
      /^espalier: all runs have \d+ parameters: they do not tell what 1000000 would be worth/,
    );
    expect(espalier('--tokens', 'many').stderr).toBe(
      'espalier: --tokens many is no number above 0, such as 2e6\n',
    );
  });
});
