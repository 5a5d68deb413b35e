// Bytes that are read in pieces, wherever they lie.

export interface ByteReader {
  readonly size: number;
  /** Exactly these bytes; throws one line where there are fewer. */
  read(offset: number, length: number): Uint8Array;
}

/** Of bytes in memory: nothing is copied. */
export const bytesReader = (bytes: Uint8Array): ByteReader => ({
  size: bytes.length,
  read(offset, length) {
    if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length))
      throw new Error('the file is shorter than it says');
    return bytes.subarray(offset, offset + length);
  },
});
