// `espalier sensitivity` as people run it: what a layer costs that matters, what one costs that nothing reads, and refusals.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SensitivityReport } from '../../core/protocol/sensitivity';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-sensitivity-'));
const espalier = (...args: string[]) =>
  spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });

const model = `import torch
from torch import nn


# espalier: model Net() input=(1, 1, 28, 28)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 24)
        self.last = nn.Linear(24, 10)
        self.idle = nn.Linear(24, 10)

    def forward(self, x):
        hidden = torch.relu(self.first(x.flatten(1)))
        return self.last(hidden) + 0.0 * self.idle(hidden)
`;
const recipe = [
  'version: 1',
  'model: { file: net.py, name: Net }',
  'method: nm-magnitude',
  'sparsity: 0.5',
  'options: { denseShare: 0.9, rampShare: 0.02 }',
  'data: { kind: digits, train: 1500, test: 400 }',
  'training: { epochs: 3, batch: 50, learningRate: 0.003 }',
  '',
].join('\n');
const base = ['net.py', '--weights', 'dense.safetensors', '--data', 'quick.espalier.yaml'];

function report(...args: string[]): SensitivityReport {
  const { stdout, stderr, status } = espalier('sensitivity', ...base, '--json', ...args);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as SensitivityReport;
}

const refusal = (...args: string[]) => {
  const { stderr, status } = espalier('sensitivity', ...args);
  expect(status).not.toBe(0);
  const said = stderr.split('\n').filter((line) => line.startsWith('espalier:'));
  expect(said).toHaveLength(1);
  return said[0]!;
};

describe('sensitivity', () => {
  beforeAll(() => {
    writeFileSync(path.join(folder, 'net.py'), model);
    writeFileSync(path.join(folder, 'quick.espalier.yaml'), recipe);
    const trained = espalier('train', 'quick.espalier.yaml');
    expect(trained.status, trained.stderr).toBe(0);
    const runs = path.join(folder, '.espalier/runs');
    copyFileSync(
      path.join(runs, readdirSync(runs)[0]!, 'dense.safetensors'),
      path.join(folder, 'dense.safetensors'),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('of layers tells those that matter from one that nothing reads, by zeros that are really there', () => {
    const { rows, dense, sparsities, samples, metric } = report('--sparsity', '0.95,0.5', '--samples', '300');
    expect([sparsities, samples, metric]).toEqual([[0.5, 0.95], 300, 'accuracy']);
    const of = Object.fromEntries(rows.map(({ name, points }) => [name, points]));
    expect(rows.map(({ name }) => name).at(-1)).toBe('idle');
    for (const { size, points } of rows)
      expect(points.map(({ removed }) => removed)).toEqual(
        sparsities.map((share) => Math.round(share * size)),
      );
    for (const name of ['first', 'last']) {
      const [half, most] = of[name]!;
      expect(most!.loss).toBeGreaterThan(half!.loss);
      expect(most!.loss).toBeGreaterThan(dense.loss + 0.1);
      expect(most!.metric).toBeLessThan(dense.metric);
      expect(most!.unchanged).toBeUndefined();
    }
    for (const { loss, metric: value, unchanged } of of['idle']!)
      expect([loss, value, unchanged]).toEqual([dense.loss, dense.metric, true]);
  });

  it('of the same weights is the same again, and chance costs more than magnitude', () => {
    const by = (criterion: string) => report('--sparsity', '0.7', '--criterion', criterion);
    const [magnitude, random] = ['magnitude', 'random'].map(by);
    expect(by('magnitude')).toEqual(magnitude);
    const first = ({ rows }: SensitivityReport) => rows.find(({ name }) => name === 'first')!.points[0]!;
    expect(first(random!).loss).toBeGreaterThan(first(magnitude!).loss);
  });

  it('of channels removes them by surgery, one group at a time', () => {
    const { rows, dense } = report('--pattern', 'channel', '--sparsity', '0.25,0.75');
    expect(rows.map(({ name, size, points }) => [name, size, points.map(({ removed }) => removed)])).toEqual([
      ['first', 24, [6, 18]],
    ]);
    expect(rows[0]!.points[1]!.loss).toBeGreaterThan(dense.loss);
  });

  it('prints a table for people, the most sensitive first, and says what changed nothing', () => {
    const { stdout } = espalier('sensitivity', ...base, '--pattern', '2:4', '--samples', '100');
    expect(stdout).toMatch(/^layer +weights +loss at 0\.5 +test accuracy at 0\.5$/m);
    expect(stdout).toMatch(/^idle lost something and answers exactly as before: nothing reads it$/m);
    expect(stdout).toMatch(/^dense: loss [\d.]+, test accuracy [\d.]+ % on 100 test samples/m);
  });

  it('says in one line what is wrong', () => {
    expect(refusal('net.py', '--weights', 'dense.safetensors')).toBe(
      'espalier: sensitivity needs --data: what losses are measured on',
    );
    expect(refusal(...base, '--sparsity', '1.5')).toContain(
      'a sparsity of 1.5 is outside 0 … 0.99 of unstructured',
    );
    expect(refusal(...base, '--sparsity', 'half')).toContain('holds something that is no number');
    expect(refusal(...base, '--pattern', '2:4', '--sparsity', '0.3')).toContain('2:4 has a sparsity of 0.5');
    expect(refusal(...base, '--criterion', 'sparsegpt')).toContain('take a criterion that only chooses');
    expect(refusal(...base, '--keep-dense', 'tail')).toContain('has no layer tail');
  });

  it('ends when it is interrupted, in one line', async () => {
    const slow = ['--data', '{ kind: digits, train: 100, test: 20000 }', '--samples', '20000'];
    const child = spawn(process.execPath, [cli, 'sensitivity', ...base.slice(0, 3), ...slow], {
      cwd: folder,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 60_000 }).toContain('%');
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).not.toBe(0);
    expect(said).toMatch(/^espalier: it was cancelled; nothing was written$/m);
  });
});
