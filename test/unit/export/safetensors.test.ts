// The safetensors reader and writer: exact round trips, and one line for every way a file can be wrong.
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../../core/graph/tensor';
import { readSafetensors, writeSafetensors } from '../../../training/export/safetensors';

/** A file from a header written by hand, so that it can lie. */
const file = (header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(data, 8 + json.length);
  return out;
};

const bytesOf = (array: Uint16Array | BigInt64Array | Uint8Array) => new Uint8Array(array.buffer);
const one = (dtype: string, data: Uint8Array, shape: number[]) =>
  readSafetensors(file({ x: { dtype, shape, data_offsets: [0, data.length] } }, data)).tensors.get('x')!;

describe('safetensors', () => {
  it('come back bit for bit, with names, shapes, order, metadata, and zeros of both signs', () => {
    const tensors = new Map<string, TensorData>([
      ['b.weight', { shape: [2, 3], data: Float32Array.of(0, -0, 1.5, -2e-38, 3e38, NaN) }],
      ['a', { shape: [], data: Float32Array.of(7) }],
      ['__proto__', { shape: [2], data: Int32Array.of(-2147483648, 2147483647) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
    ]);
    const back = readSafetensors(writeSafetensors(tensors, { format: 'pt' }));
    expect([...back.tensors.keys()]).toEqual([...tensors.keys()]);
    expect(back.metadata).toEqual({ format: 'pt' });
    for (const [name, { shape, data }] of tensors) {
      const { shape: backShape, data: backData } = back.tensors.get(name)!;
      expect(backShape).toEqual(shape);
      expect(Buffer.from(backData.buffer).equals(Buffer.from(data.buffer))).toBe(true);
    }
  });

  it('start their tensors at a multiple of 8 bytes', () => {
    for (let n = 1; n < 10; n++) {
      const bytes = writeSafetensors(new Map([['x'.repeat(n), { shape: [1], data: Float32Array.of(1) }]]));
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }
  });

  it('hold num_batches_tracked as the I64 scalar that PyTorch insists on', () => {
    const bytes = writeSafetensors(
      new Map([['bn.num_batches_tracked', { shape: [], data: Int32Array.of(12) }]]),
    );
    expect(new TextDecoder().decode(bytes)).toContain('"I64"');
    expect(readSafetensors(bytes).tensors.get('bn.num_batches_tracked')!.data).toEqual(Int32Array.of(12));
  });

  it('of other types are read as float32 or int32', () => {
    expect(one('F16', bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x8000)), [5]).data).toEqual(
      Float32Array.of(1, -2, 2 ** -24, Infinity, -0),
    );
    expect(one('BF16', bytesOf(Uint16Array.of(0x3f80, 0xc040)), [2]).data).toEqual(Float32Array.of(1, -3));
    expect(one('I64', bytesOf(BigInt64Array.of(-5n, 9n)), [2]).data).toEqual(Int32Array.of(-5, 9));
    expect(one('BOOL', Uint8Array.of(0, 1), [2]).data).toEqual(Int32Array.of(0, 1));
  });

  it('are read from anywhere inside a larger buffer', () => {
    const bytes = writeSafetensors(new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.get('x')!.data).toEqual(Float32Array.of(1, 2));
    const { tensors } = readSafetensors(Buffer.from(shifted).subarray(3));
    expect(tensors.get('x')!.data).toEqual(Float32Array.of(1, 2));
  });

  const x = (data_offsets: unknown, shape: unknown = [1], dtype: unknown = 'F32') => ({
    dtype,
    shape,
    data_offsets,
  });
  const four = new Uint8Array(4);
  it.each<[string, Uint8Array, string]>([
    ['is empty', new Uint8Array(0), '0 bytes are too few to be a file'],
    ['claims a huge header', new Uint8Array(16).fill(0xff), 'more than the format'],
    ['ends in its header', file({ x: x([0, 4]) }).subarray(0, 20), 'ends inside its header'],
    ['is not JSON', file('{"x": '), 'not JSON'],
    ['has a list for a header', file([]), 'no JSON object'],
    ['is truncated', file({ x: x([0, 4]) }, new Uint8Array(3)), 'x ends 1 bytes past its end'],
    ['has bytes left over', file({ x: x([0, 4]) }, new Uint8Array(5)), '1 bytes after x belong to no tensor'],
    ['overlaps', file({ a: x([0, 4]), b: x([2, 6]) }, new Uint8Array(6)), 'b overlaps'],
    ['has holes', file({ a: x([4, 8]) }, new Uint8Array(8)), '4 bytes before a'],
    ['has offsets that run backwards', file({ a: x([4, 0]) }, four), 'a: -4 bytes do not hold'],
    ['has a shape past counting', file({ a: x([0, 4], [2 ** 52, 2 ** 52]) }, four), 'do not hold F32'],
    ['has an infinite size', file('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}'), 'no list'],
    ['has a negative size', file({ a: x([0, 4], [-1]) }, four), 'a: the shape [-1] is no list of sizes'],
    ['has an unknown type', file({ a: x([0, 4], [1], 'constructor') }, four), 'the type "constructor"'],
    ['has odd metadata', file({ __metadata__: { n: 1 } }), '__metadata__'],
  ])('refuse in one line a file that %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(/^safetensors: [^\n]+$/);
  });

  it('refuse a 64-bit integer that does not fit, by name', () => {
    expect(() => one('I64', bytesOf(BigInt64Array.of(2n ** 40n)), [1])).toThrow(
      'x: the integer 1099511627776',
    );
  });
});
