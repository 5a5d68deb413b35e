// Memory with packages imported outlives the process; whatever is wrong with it, the answer is the same as without.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const distDir = path.resolve('dist');
let folder: string;
const at = (...parts: string[]) => path.join(folder, ...parts);

const writePackage = (width: number) => {
  mkdirSync(at('site', 'blocks'), { recursive: true });
  writeFileSync(at('site', 'blocks', '__init__.py'), 'from .dense import Block\n');
  writeFileSync(
    at('site', 'blocks', 'dense.py'),
    `import torch.nn as nn\nclass Block(nn.Sequential):\n    def __init__(self): super().__init__(nn.Linear(4, ${width}))\n`,
  );
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-kept-'));
  mkdirSync(at('work'));
  writePackage(7);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = 'import torch\nfrom blocks import Block\n# espalier: model net input=(1, 4)\nnet = Block()\n';
const kept = (): string[] =>
  existsSync(at('cache')) ? readdirSync(at('cache')).filter((name) => name.endsWith('.memory')) : [];

/** One session: from nothing to the parameters of the model, and until what it learnt is on disk. */
async function session(until: () => boolean = () => kept().length > 0): Promise<string[]> {
  const frontend = createPythonFrontend({ distDir, cacheDir: at('cache'), deadlineMs: 60_000 });
  try {
    const request = { file: at('work', 'net.py'), text, workspaceFolder: at('work'), packages: [at('site')] };
    const { models } = await frontend.trace(request, new AbortController().signal);
    await expect.poll(until, { timeout: 20_000 }).toBe(true);
    return Object.values(models[0]?.graph.params ?? {}).map(
      ({ name, shape }) => `${name} ${shape.join('×')}`,
    );
  } finally {
    await frontend.dispose();
  }
}

const first = ['0.weight 7×4', '0.bias 7'];
const keptFile = () => at('cache', kept()[0]!);
const long = new Date(2020, 1, 1);

it('is used by the next session, which reads the same model', async () => {
  expect(await session()).toEqual(first);
  utimesSync(keptFile(), long, long);
  expect(await session(() => statSync(keptFile()).mtime > long)).toEqual(first);
});

it('is thrown away and made anew when it is cut short or changed', async () => {
  await session();
  const whole = readFileSync(keptFile());
  for (const broken of [whole.subarray(0, 3), whole.subarray(0, whole.length - 9), changed(whole)]) {
    writeFileSync(keptFile(), broken);
    const anew = () => kept().length > 0 && !readFileSync(keptFile()).equals(broken);
    expect(await session(anew)).toEqual(first);
    utimesSync(keptFile(), long, long);
    expect(await session(() => statSync(keptFile()).mtime > long)).toEqual(first);
  }
});

it('is not used when the package has been installed anew since', async () => {
  await session();
  writePackage(9);
  utimesSync(at('site', 'blocks', '__init__.py'), long, long);
  expect(await session()).toEqual(['0.weight 9×4', '0.bias 9']);
});

it('costs nothing but time where nothing can be written', async () => {
  writeFileSync(at('cache'), 'a file where the folder should be');
  expect(await session(() => true)).toEqual(first);
});

/** One byte of the memory itself. */
function changed(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy[copy.length - 100_000]! ^= 1;
  return copy;
}
