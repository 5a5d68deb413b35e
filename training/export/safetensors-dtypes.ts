// The element types of safetensors, and how each becomes float32 or int32.

type Elements = Float32Array | Int32Array;

/** Throws without the tensor's name, which the caller knows. */
type Read = (buffer: ArrayBuffer) => Elements;

const ints = (values: ArrayLike<number>): Int32Array => Int32Array.from(values);

export const dtypes: Readonly<Record<string, Read>> = {
  F32: (buffer) => new Float32Array(buffer),
  F64: (buffer) => Float32Array.from(new Float64Array(buffer)),
  F16: (buffer) => Float32Array.from(new Uint16Array(buffer), half),
  BF16: bfloat,
  I64: (buffer) => wide(new BigInt64Array(buffer)),
  U64: (buffer) => wide(new BigUint64Array(buffer)),
  I32: (buffer) => new Int32Array(buffer),
  U32: (buffer) => wide(Array.from(new Uint32Array(buffer), BigInt)),
  I16: (buffer) => ints(new Int16Array(buffer)),
  U16: (buffer) => ints(new Uint16Array(buffer)),
  I8: (buffer) => ints(new Int8Array(buffer)),
  U8: (buffer) => ints(new Uint8Array(buffer)),
  BOOL: (buffer) => ints(new Uint8Array(buffer)),
};

/** BF16 is the upper half of a float32. */
function bfloat(buffer: ArrayBuffer): Float32Array {
  const bits = Uint32Array.from(new Uint16Array(buffer), (high) => high << 16);
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function wide(values: ArrayLike<bigint>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => {
    const value = values[i]!;
    if (BigInt.asIntN(32, value) !== value) throw new Error(`the integer ${value} does not fit into 32 bits`);
    return Number(value);
  });
}
