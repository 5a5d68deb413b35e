// Writes protocol-buffer messages: just the wire types that ONNX needs.
// Encoding: https://protobuf.dev/programming-guides/encoding/

const enum Wire {
  Varint = 0,
  Bytes = 2,
  Fixed32 = 5,
}

/** One message. Parts are kept by reference and copied once, in `bytes()`, as weights are large. */
export class Message {
  private readonly parts: Uint8Array[] = [];
  size = 0;

  /** A signed or unsigned integer field; zero is written too, as proto2 readers tell absent from zero. */
  int(field: number, value: number): this {
    return this.tag(field, Wire.Varint).push(varint(value));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.tag(field, Wire.Fixed32).push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, Wire.Bytes).push(varint(value.length)).push(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    this.tag(field, Wire.Bytes).push(varint(value.size));
    for (const part of value.parts) this.push(part);
    return this;
  }

  messages(field: number, values: readonly Message[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  private tag(field: number, wire: Wire): this {
    return this.push(varint(field * 8 + wire));
  }

  private push(part: Uint8Array): this {
    this.parts.push(part);
    this.size += part.length;
    return this;
  }
}

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement, which takes ten bytes. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}
