// Files of weights: what is in them, how sparse it is already, and what is said of files that are damaged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../../core/analysis/analyze';
import { modelLine, storedLine } from '../../../../core/analysis/format';
import { createSafetensorsFrontend } from '../../../../language-server/frontends/safetensors/frontend';
import { writeSafetensors } from '../../../../training/export/safetensors';
import { Random } from '../../core/support/random';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

const frontend = createSafetensorsFrontend();
const read = (file: string, values = true, progress?: (done: number, of: number) => void) =>
  frontend.trace({ file, text: '', values, ...(progress ? { progress } : {}) }, new AbortController().signal);
const place = (name: string): string => path.join(folder, name);

const random = new Random(3);
const filled = (shape: readonly number[], value: (i: number) => number = () => random.next() + 0.1) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, (_, i) => value(i)),
});

/** A convolution whose inputs 0, 2, 4, 6 are zero (2:4), a norm with a dead channel, a dense head. */
const tensors = {
  'layer.10.conv.weight': filled([4, 8, 3, 3], (i) => (Math.floor(i / 9) % 2 === 0 ? -0 : 0.5)),
  'layer.2.bn.weight': filled([4], (i) => (i === 1 ? 0 : 1)),
  'layer.2.bn.running_mean': filled([4]),
  'head.weight': filled([10, 6]),
};
const bytes = writeSafetensors(new Map(Object.entries(tensors)), { format: 'pt' });

/** A file by hand: any type, any layout. */
function byHand(
  entries: Readonly<Record<string, readonly [dtype: string, shape: number[], data: Uint8Array]>>,
): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(entries).map(([name, [dtype, shape, data]]) => {
      const offsets = [at, (at += data.length)];
      return [name, { dtype, shape, data_offsets: offsets }];
    }),
  );
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return Buffer.concat([length, json, ...Object.values(entries).map(([, , data]) => data)]);
}

describe('a file of weights', () => {
  it('is a model of parameters: counts, patterns by shape, and what is zero already', async () => {
    writeFileSync(place('net.safetensors'), bytes);
    const { models, diagnostics } = await read(place('net.safetensors'));
    expect(diagnostics).toEqual([]);
    const report = analyze(models[0]!.graph, models[0]);
    expect(modelLine(report)).toBe('352 parameters · 1 of 2 layers prunable · 41.2 % zeros');
    expect(report.totals).toMatchObject({ buffers: 4, bytes: 352 * 4, flops: 0 });
    expect(report.layers.map(({ path: at, stored }) => [at, stored && storedLine(stored)])).toEqual([
      ['head', '0 % zeros'],
      ['layer.2.bn', '25 % zeros · 1 zero channel'],
      ['layer.10.conv', '50 % zeros · 2:4 already'],
    ]);
    const head = report.layers[0]!.patterns.find(({ pattern }) => pattern === '2:4');
    expect(head?.fit).toEqual({ ok: false, reason: 'its 6 input features are not divisible by 4' });
  });

  it('is described without its values where nobody asked for them', async () => {
    writeFileSync(place('quick.safetensors'), bytes);
    const { models } = await read(place('quick.safetensors'), false);
    expect(models[0]!.weights!.map(({ values }) => values)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('may hold every element type; minus zero is zero, and NaN is not', async () => {
    const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
    const file = byHand({
      bf: ['BF16', [4], words(0, 0x8000, 0x3f80, 0x7fc0)],
      f8: ['F8_E4M3', [4], Uint8Array.of(0, 0x80, 1, 0xff)],
      f64: ['F64', [2], new Uint8Array(Float64Array.of(-0, 5e-324).buffer)],
      i64: ['I64', [2], new Uint8Array(BigInt64Array.of(0n, -(2n ** 63n)).buffer)],
      scale: ['F8_E8M0', [2], Uint8Array.of(0, 1)],
    });
    writeFileSync(place('types.safetensors'), file);
    const { models } = await read(place('types.safetensors'));
    const zeros = Object.fromEntries(models[0]!.weights!.map(({ name, values }) => [name, values?.zeros]));
    expect(zeros).toEqual({ bf: 2, f8: 2, f64: 1, i64: 1, scale: undefined });
  });

  it('may lie in several files that an index names', async () => {
    const [first, second] = [
      new Map([['a.weight', filled([4, 4])]]),
      new Map([['b.weight', filled([4, 8])]]),
    ];
    writeFileSync(place('model-1.safetensors'), writeSafetensors(first));
    writeFileSync(place('model-2.safetensors'), writeSafetensors(second));
    const index = place('model.safetensors.index.json');
    const map = { 'a.weight': 'model-1.safetensors', 'b.weight': 'model-2.safetensors' };
    writeFileSync(index, JSON.stringify({ weight_map: map }));
    const whole = await read(index);
    expect(whole.models[0]!.graph.name).toBe('model');
    expect(Object.keys(whole.models[0]!.graph.params)).toEqual(['a.weight', 'b.weight']);

    writeFileSync(index, JSON.stringify({ weight_map: { ...map, 'c.weight': 'model-3.safetensors' } }));
    expect((await read(index)).models[0]!.notes).toEqual([
      'model-3.safetensors: there is no such file',
      '1 tensors of the index are in none of its files',
    ]);
    writeFileSync(index, JSON.stringify({ weight_map: { a: '../../etc/passwd' } }));
    expect((await read(index)).diagnostics[0]!.message).toMatch(/which is no file beside it/);
  });

  it('tells how far it is, and stops when told', async () => {
    writeFileSync(place('large.safetensors'), writeSafetensors(new Map([['w', filled([1024, 1024])]])));
    const seen: number[] = [];
    await read(place('large.safetensors'), true, (done, of) => seen.push(done / of));
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    const abort = new AbortController();
    const request = {
      file: place('large.safetensors'),
      text: '',
      values: true,
      progress: () => abort.abort(),
    };
    await expect(frontend.trace(request, abort.signal)).rejects.toThrow();
  });
});

describe('a damaged file of weights', () => {
  const damaged = place('damaged.safetensors');

  it('is refused in one line, wherever it ends', async () => {
    for (let length = 0; length < bytes.length; length += 1 + random.below(40)) {
      writeFileSync(damaged, bytes.subarray(0, length));
      const { models, diagnostics } = await read(damaged);
      expect(models).toEqual([]);
      expect(diagnostics[0]!.message).toMatch(/^[^\n]{5,300}$/);
    }
  });

  it('never throws and never hangs, whatever its bytes are', async () => {
    for (let round = 0; round < 500; round++) {
      const copy = Uint8Array.from(bytes);
      for (let i = 0; i < 3; i++) copy[random.below(300)] = random.below(256);
      writeFileSync(damaged, copy);
      const { models, diagnostics } = await read(damaged);
      expect(models.length + diagnostics.length).toBe(1);
    }
  });

  it('is not believed when it claims more than it has', async () => {
    const huge = byHand({ w: ['F32', [2 ** 31, 2 ** 31], new Uint8Array(8)] });
    writeFileSync(damaged, huge);
    expect((await read(damaged)).diagnostics[0]!.message).toMatch(/8 bytes do not hold F32/);
  });

  it('that is not there is said so', async () => {
    expect((await read(place('none.safetensors'))).diagnostics[0]!.message).toBe('there is no such file');
  });
});
