// Reads one .npy file. Format: NumPy Enhancement Proposal 1 (numpy.lib.format).

export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's code without the byte order: `u1`, `f4`, `i8`, … */
  readonly dtype: string;
  readonly data: readonly number[] | Uint8Array | Float32Array | Float64Array | Int32Array;
}

const sizes: Readonly<Record<string, number>> = {
  u1: 1,
  b1: 1,
  i1: 1,
  i2: 2,
  u2: 2,
  i4: 4,
  u4: 4,
  i8: 8,
  u8: 8,
  f2: 2,
  f4: 4,
  f8: 8,
};

/** Throws one line that names the file. */
export function readNpy(bytes: Buffer, file: string): NpyArray {
  const wrong = (what: string) => new Error(`${file} is no usable NumPy array: ${what}`);
  if (bytes.length < 12) throw wrong(`it has ${bytes.length} bytes, its header alone needs more`);
  if (bytes.toString('latin1', 1, 6) !== 'NUMPY') throw wrong('it does not begin with \\x93NUMPY');
  const [major] = [bytes[6]!];
  const [length, start] = major === 1 ? [bytes.readUInt16LE(8), 10] : [bytes.readUInt32LE(8), 12];
  const header = bytes.toString('latin1', start, start + length);
  const dtype = /'descr':\s*'([<>|=]?)(\w\d+)'/.exec(header);
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header);
  if (!dtype || !dims || !(dtype[2]! in sizes)) throw wrong(`its header says ${header.trim().slice(0, 80)}`);
  if (dtype[1] === '>') throw wrong('its numbers are big-endian');
  if (/'fortran_order':\s*True/.test(header))
    throw wrong('it is in Fortran order; save np.ascontiguousarray(array)');
  const shape = dims[1]!
    .split(',')
    .map((dim) => dim.trim())
    .filter(Boolean)
    .map(Number);
  const [kind, count] = [dtype[2]!, shape.reduce((n, dim) => n * dim, 1)];
  if (!Number.isSafeInteger(count) || count < 0) throw wrong(`its shape is ${dims[1]}`);
  const body = bytes.subarray(start + length);
  const needed = count * sizes[kind]!;
  if (body.length < needed)
    throw wrong(`it is truncated: ${shape.join('×')} need ${needed} bytes, it has ${body.length}`);
  return { shape, dtype: kind, data: values(body, kind, count) };
}

function values(body: Buffer, kind: string, count: number): NpyArray['data'] {
  if (kind === 'u1' || kind === 'b1') return new Uint8Array(body.subarray(0, count));
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const readers: Readonly<Record<string, (at: number) => number>> = {
    i1: (at) => view.getInt8(at),
    i2: (at) => view.getInt16(at, true),
    u2: (at) => view.getUint16(at, true),
    i4: (at) => view.getInt32(at, true),
    u4: (at) => view.getUint32(at, true),
    i8: (at) => Number(view.getBigInt64(at, true)),
    u8: (at) => Number(view.getBigUint64(at, true)),
    f2: (at) => half(view.getUint16(at, true)),
    f4: (at) => view.getFloat32(at, true),
    f8: (at) => view.getFloat64(at, true),
  };
  const [read, step] = [readers[kind]!, sizes[kind]!];
  return Float64Array.from({ length: count }, (_, i) => read(i * step));
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
