// Which elements of a stored tensor are zero, for each element type of safetensors. Minus zero is zero.

/** Bytes of whole elements → one flag an element, 1 where it is not zero. */
type Flags = (bytes: Uint8Array) => Uint8Array;

/** @param sign the bits of the last byte that may be set in a zero */
const wide =
  (size: number, sign: number): Flags =>
  (bytes) => {
    const flags = new Uint8Array(bytes.length / size);
    for (let i = 0, at = 0; i < flags.length; i++) {
      let any = 0;
      for (let k = 1; k < size; k++) any |= bytes[at++]!;
      any |= bytes[at++]! & sign;
      flags[i] = any === 0 ? 0 : 1;
    }
    return flags;
  };

const float32: Flags = (bytes) => {
  // A piece of a file begins anywhere; a typed array wants its own alignment.
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Uint32Array(own.buffer, own.byteOffset, own.length >> 2);
  const flags = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) flags[i] = (words[i]! & 0x7fffffff) === 0 ? 0 : 1;
  return flags;
};

const float16: Flags = (bytes) => {
  const own = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const words = new Uint16Array(own.buffer, own.byteOffset, own.length >> 1);
  const flags = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) flags[i] = (words[i]! & 0x7fff) === 0 ? 0 : 1;
  return flags;
};

const signed = 0x7f;
const all = 0xff;

/** F8_E8M0 has no zero, and complex numbers have two parts with a sign each: neither is counted. */
export const notZero: Readonly<Record<string, Flags>> = {
  F64: wide(8, signed),
  F32: float32,
  F16: float16,
  BF16: float16,
  F8_E4M3: wide(1, signed),
  F8_E5M2: wide(1, signed),
  I64: wide(8, all),
  U64: wide(8, all),
  I32: wide(4, all),
  U32: wide(4, all),
  I16: wide(2, all),
  U16: wide(2, all),
  I8: wide(1, all),
  U8: wide(1, all),
  BOOL: wide(1, all),
};
