// `espalier prune` as people run it: weights trained here, pruned without training, read back; and what it refuses.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PruneReport } from '../../core/protocol/training-host';
import { readSafetensors } from '../../training/export/safetensors';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-prune-'));
copyFileSync(path.join(root, 'examples/pytorch/convnet.py'), path.join(folder, 'convnet.py'));

function espalier(...args: string[]) {
  const cli = path.join(root, 'dist/cli.cjs');
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
}

const recipe = [
  'version: 1',
  'model: { file: convnet.py, name: convnet }',
  'method: nm-magnitude',
  'sparsity: 0.5',
  'options: { denseShare: 0.9, rampShare: 0.02 }',
  'data: { kind: digits, train: 1500, test: 300 }',
  'training: { epochs: 3, batch: 50, learningRate: 0.003 }',
  '',
].join('\n');

const prune = (...args: string[]) =>
  espalier('prune', 'convnet.py', '--weights', 'dense.safetensors', '--data', 'quick.espalier.yaml', ...args);

function report(...args: string[]): PruneReport {
  const { stdout, stderr, status } = prune('--json', ...args);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as PruneReport;
}

const refusal = (...args: string[]) => {
  const { stderr, status } = espalier('prune', ...args);
  expect(status).not.toBe(0);
  // Progress is told on the same stream before it.
  const said = stderr.split('\n').filter((line) => line.startsWith('espalier:'));
  expect(said).toHaveLength(1);
  expect(stderr.trim().endsWith(said[0]!)).toBe(true);
  return said[0]!;
};

describe('pruning without training', () => {
  beforeAll(() => {
    writeFileSync(path.join(folder, 'quick.espalier.yaml'), recipe);
    expect(espalier('train', 'quick.espalier.yaml').status).toBe(0);
    const runs = path.join(folder, '.espalier/runs');
    copyFileSync(
      path.join(runs, readdirSync(runs)[0]!, 'dense.safetensors'),
      path.join(folder, 'dense.safetensors'),
    );
  });

  it('keeps more of the accuracy the more a criterion knows, at the same 2:4', () => {
    const accuracy = (criterion: string) => {
      const { metrics, layers } = report(
        '--pattern',
        '2:4',
        '--criterion',
        criterion,
        '--out',
        `${criterion}.safetensors`,
      );
      for (const { density } of layers) expect(density).toBeCloseTo(0.5, 2);
      return metrics!.after['accuracy']!;
    };
    const [random, magnitude, sparsegpt] = ['random', 'magnitude', 'sparsegpt'].map(accuracy);
    expect(magnitude!).toBeGreaterThan(random! + 0.05);
    expect(sparsegpt!).toBeGreaterThan(magnitude!);
  });

  it('writes zeros that the masks beside them name, and nothing else changes', () => {
    const of = report(
      '--pattern',
      'unstructured',
      '--sparsity',
      '0.6',
      '--criterion',
      'wanda',
      '--out',
      'w.safetensors',
    );
    const read = (file: string) => readSafetensors(readFileSync(path.join(folder, file))).tensors;
    const [before, after, masks] = ['dense.safetensors', 'w.safetensors', 'w.masks.safetensors'].map(read);
    expect([...masks!.keys()].sort()).toEqual(of.layers.map(({ param }) => param).sort());
    for (const [name, { data }] of before!) {
      const [now, bits] = [after!.get(name)!.data, masks!.get(name)?.data];
      data.forEach((value, i) => {
        const kept = !bits || ((bits[i >> 3]! >> (i & 7)) & 1) === 1;
        expect(now[i]).toBe(kept ? value : 0);
      });
    }
    const again = espalier(
      ...['prune', 'convnet.py', '--weights', 'w.safetensors', '--pattern', 'unstructured'],
      ...['--sparsity', '0.8', '--out', 'twice.safetensors'],
    );
    expect(again.stdout, again.stderr).toMatch(/^(59|60)\.\d % of these weights were zero already$/m);
  });

  it('makes the model smaller for channels', () => {
    const { flops, params, layers } = report(
      ...['--pattern', 'channel', '--sparsity', '0.3', '--criterion', 'taylor', '--recalibrate'],
      ...['--out', 'small.safetensors'],
    );
    expect(flops.sparse / flops.dense).toBeLessThanOrEqual(0.7);
    expect(params.sparse).toBeLessThan(params.dense);
    const { tensors } = readSafetensors(readFileSync(path.join(folder, 'small.safetensors')));
    for (const { param, shape } of layers) expect(tensors.get(param)!.shape).toEqual(shape);
  });

  const channels = (...args: string[]) => report('--pattern', 'channel', '--device', 'wasm', ...args);

  it('meets a budget of MACs, to within a channel, the same each time', () => {
    const [half, again, third] = [
      channels('--macs', '0.5', '--out', 'half.safetensors'),
      channels('--macs', '0.5', '--out', 'again.safetensors'),
      channels('--macs', '0.3', '--criterion', 'taylor', '--out', 'third.safetensors'),
    ];
    expect(half.budget).toMatchObject({ asked: { macs: 0.5 } });
    const share = ({ budget }: PruneReport) => budget!.macs.sparse / budget!.macs.dense;
    for (const [of, most] of [
      [half, 0.5],
      [third, 0.3],
    ] as const) {
      expect(share(of)).toBeLessThanOrEqual(most);
      // The dearest channel of this net, one of the first block's, is 4 % of its MACs.
      expect(share(of)).toBeGreaterThan(most - 0.04);
    }
    expect(again.budget).toEqual(half.budget);
    expect(readFileSync(path.join(folder, 'again.safetensors'))).toEqual(
      readFileSync(path.join(folder, 'half.safetensors')),
    );
  });

  const timing = ['convnet.py', '--weights', 'dense.safetensors', '--pattern', 'channel', '--device', 'wasm'];

  /** Milliseconds of the least and of the dense model, as the refusal of an impossible budget has them. */
  function bounds(...engine: string[]): readonly [number, number] {
    const said = refusal(...timing, '--milliseconds', '0.00001', ...engine, '--out', 'no.safetensors');
    const found =
      /convnet takes ([\d.]+) ms \([\d.]+–[\d.]+\) on (WASM \(embedded CPU\)|ONNX Runtime [\d.]+ \(CPU, 1 thread\)) with the fewest channels that can stay, and ([\d.]+) ms \(.*\) as it is: 0\.00001 ms cannot be met; ask for more than [\d.]+$/.exec(
        said,
      );
    expect(found, said).toBeTruthy();
    return [Number(found![1]), Number(found![3])];
  }

  /**
   * The model in a time so far between the least and the dense one. One process may measure in a busier moment than the
   * other, and be right to refuse; then both are asked anew, a few times.
   */
  function between(share: number, ...args: string[]): string {
    for (let attempt = 0; ; attempt++) {
      const [low, high] = bounds();
      const asked = String(Number((low + share * (high - low)).toPrecision(3)));
      const { stdout, stderr, status } = prune(
        ...['--pattern', 'channel', '--device', 'wasm', '--milliseconds', asked, ...args],
      );
      if (status === 0) return stdout;
      expect(stderr).toMatch(
        /within the noise of that|met with nothing removed|cannot be met|too busy to tell/,
      );
      expect(attempt).toBeLessThan(4);
    }
  }

  it('meets budgets of milliseconds by measuring, and says the least where one is out of reach', () => {
    for (const engine of [[], ['--engine', 'onnxruntime']]) {
      const [least, dense] = bounds(...engine);
      expect(least).toBeLessThan(dense);
    }
    expect(refusal(...timing, '--out', 'no.safetensors', '--milliseconds', '100000')).toContain(
      'are met with nothing removed',
    );
    expect(existsSync(path.join(folder, 'no.safetensors'))).toBe(false);

    const [much, little] = [0.65, 0.3].map(
      (share) => JSON.parse(between(share, '--json', '--out', 'timed.safetensors')) as PruneReport,
    );
    for (const { budget, flops } of [much!, little!]) {
      const { latency, macs, asked } = budget!;
      expect(latency!.device).toBe('WASM (embedded CPU)');
      expect(latency!.measurements).toBeGreaterThanOrEqual(2);
      expect(latency!.sparse.median).toBeLessThanOrEqual(asked.milliseconds!);
      expect(latency!.sparse.median).toBeLessThan(latency!.dense.median);
      expect(latency!.sparse.lower).toBeLessThanOrEqual(latency!.sparse.upper);
      expect(macs.sparse).toBeLessThan(macs.dense);
      expect(flops.sparse).toBeLessThan(flops.dense);
    }
    expect(little!.budget!.macs.sparse).toBeLessThan(much!.budget!.macs.sparse);
    expect(between(0.5, '--out', 'text.safetensors')).toMatch(
      /^[\d.]+ ms → [\d.]+ ms \([\d.]+–[\d.]+\) of the [\d.]+ ms asked for, on WASM \(embedded CPU\), \d+ measurements · MACs 2,552,000 → [\d,]+$/m,
    );
  });

  it('trains to a budget, says beforehand what can be had, and afterwards what it left', () => {
    const write = (budget: string) =>
      writeFileSync(
        path.join(folder, 'budget.espalier.yaml'),
        [
          'version: 1',
          'model: { file: convnet.py, name: convnet }',
          'method: network-slimming',
          `budget: ${budget}`,
          'data: { kind: digits, train: 500, test: 100 }',
          'training: { epochs: 2, batch: 50 }',
          'device: wasm',
          '',
        ].join('\n'),
      );
    write('{ macs: 0.4 }');
    const trained = espalier('train', 'budget.espalier.yaml');
    expect(trained.stdout, trained.stderr).toMatch(
      / · MACs 2,552,000 → [\d,]+, 0\.(40\d|3\d\d) of the 0\.4 asked for · /,
    );
    const shown = espalier('runs', 'show', 'last');
    expect(shown.stdout).toMatch(/^budget +MACs 2,552,000 → [\d,]+, 0\.\d+ of the 0\.4 asked for$/m);
    const preview = espalier('train', 'budget.espalier.yaml', '--dry-run');
    expect(preview.stdout, preview.stderr).toMatch(/^latency [\d.]+ ms → [\d.]+ ms/m);
    write('{ milliseconds: 0.001 }');
    const refused = espalier('train', 'budget.espalier.yaml', '--dry-run');
    expect(refused.stderr).toMatch(
      /^espalier: convnet takes .*: 0\.001 ms cannot be met; ask for more than/m,
    );
    write('{ macs: 0.4, milliseconds: 3 }');
    expect(espalier('train', 'budget.espalier.yaml').stderr).toContain(
      'budget has macs 0.4 and milliseconds 3: write one of them',
    );
  });

  it('says in one line what is wrong, and writes nothing', () => {
    const base = ['convnet.py', '--weights', 'dense.safetensors', '--out', 'no.safetensors'];
    expect(refusal('convnet.py', '--pattern', '2:4', '--out', 'no.safetensors')).toBe(
      'espalier: prune needs --weights: trained weights, a .safetensors file',
    );
    expect(
      refusal('convnet.py', '--weights', 'none.safetensors', '--pattern', '2:4', '--out', 'no.safetensors'),
    ).toContain('the file does not exist');
    expect(refusal(...base, '--pattern', '2:4', '--sparsity', '0.3')).toBe(
      'espalier: 2:4 has a sparsity of 0.5, not 0.3',
    );
    expect(refusal(...base, '--pattern', 'block 5x5')).toMatch(
      /block 5x5 fits no layer of convnet: .* divisible by 5/,
    );
    expect(refusal(...base, '--pattern', 'spiral')).toContain('there is no pattern "spiral"');
    expect(refusal(...base, '--pattern', '2:4', '--criterion', 'wanda')).toContain('say which with --data');
    expect(refusal(...base, '--pattern', '2:4', '--criterion', 'movement')).toContain(
      'nothing is trained here',
    );
    expect(refusal(...base, '--pattern', 'channel', '--sparsity', '0.98', '--round-to', '8')).toMatch(
      /at most [\d.]+ % of the FLOPs of convnet can be removed/,
    );
    expect(refusal(...base, '--pattern', '2:4', '--macs', '0.5')).toBe(
      'espalier: 2:4 leaves every tensor as large as it is: a budget of 0.5 of the MACs goes with the pattern channel',
    );
    expect(refusal(...base, '--pattern', 'channel', '--macs', '0.5', '--milliseconds', '3')).toBe(
      'espalier: --macs and --milliseconds both say how much goes: give one of them',
    );
    expect(refusal(...base, '--pattern', 'channel', '--macs', '50')).toContain('outside 0 … 1');
    expect(refusal(...base, '--pattern', 'channel', '--macs', '0.001')).toMatch(
      /at least 0\.\d+ of the MACs of convnet stay with widths of at least 1; 0\.001 is asked for/,
    );
    expect(refusal(...base, '--pattern', '2:4', '--keep-dense', 'tail')).toContain('has no layer tail');
    expect(
      refusal(
        'convnet.py',
        '--weights',
        'dense.safetensors',
        '--out',
        'dense.safetensors',
        '--pattern',
        '2:4',
      ),
    ).toContain('is what is read: write to another file');
    expect(existsSync(path.join(folder, 'no.safetensors'))).toBe(false);
  });
});
