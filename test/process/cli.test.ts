// The command line as people run it: the built program, its output, its exit codes.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-cli-'));
copyFileSync(path.join(root, 'examples/tfjs/convnet.ts'), path.join(folder, 'convnet.ts'));

function espalier(...args: string[]) {
  const cli = path.join(root, 'dist/cli.cjs');
  // Run as a program, not through node: the first line of the file is part of what is tested.
  chmodSync(cli, 0o755);
  const { status, stdout, stderr } = spawnSync(cli, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const recipe = (sparsity: number) =>
  [
    'version: 1',
    'model: { file: convnet.ts, name: convnet }',
    'method: network-slimming',
    `sparsity: ${sparsity}`,
    'data: { kind: digits, train: 300, test: 100 }',
    'training: { epochs: 2, batch: 50 }',
    '',
  ].join('\n');

describe('the command line', () => {
  it('analyzes a model file, with reasons for what does not fit', () => {
    const { status, stdout } = espalier('analyze', 'convnet.ts');
    expect(status).toBe(0);
    expect(stdout).toContain('77,754 parameters · 5.16 MFLOPs · 10 of 10 layers prunable');
    expect(stdout).toContain('its single input channel is not divisible by 4');
  });

  it('trains a recipe, measures the run and hands it back', () => {
    writeFileSync(path.join(folder, 'quick.espalier.yaml'), recipe(0.5));
    const trained = espalier('train', 'quick.espalier.yaml');
    expect(trained.status, trained.stderr).toBe(0);
    const [run] = readdirSync(path.join(folder, '.espalier/runs'));
    expect(trained.stdout).toContain(run);
    const measured = espalier('benchmark', `.espalier/runs/${run}`);
    expect(measured.stdout, measured.stderr).toMatch(/ONNX Runtime .* interleaved rounds/);
    const exported = espalier('export', `.espalier/runs/${run}`, '--format', 'onnx', '--to', 'out');
    expect(exported.status, exported.stderr).toBe(0);
    expect(readdirSync(path.join(folder, 'out')).some((name) => name.endsWith('.onnx'))).toBe(true);
    // What was there before channels went is the larger one.
    for (const which of ['--dense', '--best'])
      expect(espalier('export', `.espalier/runs/${run}`, which, '--to', `out${which}`).stderr).toBe('');
    const size = (which: string) => statSync(path.join(folder, `out${which}`, 'convnet.safetensors')).size;
    expect(size('--dense')).toBeGreaterThan(size('--best'));
    expect(espalier('export', `.espalier/runs/${run}`, '--dense', '--best')).toMatchObject({
      status: 2,
      stderr: 'espalier: --best and --dense are two models: export one after the other\n',
    });
  });

  it('says what a run would take, and begins none', () => {
    const elsewhere = path.join(folder, 'dry');
    mkdirSync(elsewhere);
    copyFileSync(path.join(folder, 'convnet.ts'), path.join(elsewhere, 'convnet.ts'));
    writeFileSync(path.join(elsewhere, 'dry.espalier.yaml'), recipe(0.5));
    const { status, stdout, stderr } = espalier('train', 'dry/dry.espalier.yaml', '--dry-run');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(
      /^device {2}\S.*\ndata {4}drawn digits \(300 \+ 100\)\ntime {4}about \d+ s: 12 steps of/,
    );
    expect(stdout).toMatch(/^memory {2}about \d+ MB.*: weights 314 kB, optimizer \d+ kB, /m);
    expect(readdirSync(elsewhere).sort()).toEqual(['convnet.ts', 'dry.espalier.yaml']);
  });

  it('says in one line what is wrong, and ends with 2', () => {
    writeFileSync(path.join(folder, 'wrong.espalier.yaml'), recipe(1.7));
    const wrong = espalier('train', 'wrong.espalier.yaml');
    expect([wrong.status, wrong.stderr.trim()]).toEqual([
      2,
      'espalier: wrong.espalier.yaml, sparsity: sparsity 1.7 is outside 0.05 … 0.95 for network-slimming; it is the share of FLOPs to remove',
    ]);
    expect(espalier('analyze', 'missing.py')).toMatchObject({
      status: 2,
      stderr: 'espalier: cannot read missing.py: ENOENT\n',
    });
    expect(espalier('fly').status).toBe(2);
  });
});
