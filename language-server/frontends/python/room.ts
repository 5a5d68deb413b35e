// Memory for one thing after another: what is put in takes the place of what was there, and nothing waits to be collected.

export class Room {
  private readonly buffer: ArrayBuffer;

  /** @param mostBytes are set aside, but taken only as far as they are used. */
  constructor(mostBytes: number) {
    this.buffer = new ArrayBuffer(0, { maxByteLength: mostBytes });
  }

  /** The room from its start, whose old content is lost; undefined where it is too small. */
  take(bytes: number): Uint8Array | undefined {
    if (bytes > this.buffer.maxByteLength) return undefined;
    this.buffer.resize(bytes);
    return new Uint8Array(this.buffer, 0, bytes);
  }
}
