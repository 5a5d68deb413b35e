// Reads protocol-buffer messages without trusting them: every length is checked, and work is bounded by a budget.
// Encoding: https://protobuf.dev/programming-guides/encoding/
import type { ByteReader } from '../byte-reader';

export interface Field {
  readonly number: number;
  readonly wire: Wire;
  /** Of a varint; 64-bit ones beyond 2⁵³ are rounded. */
  readonly value: number;
  /** Where the bytes of any other field lie. */
  readonly start: number;
  readonly end: number;
}

export enum Wire {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

/** Far more than the largest published models have; a file of two-byte fields would otherwise be read for minutes. */
const mostFields = 5_000_000;
/** Bytes that may become strings and small tensors; weights stay in the file. */
const mostBytes = 64_000_000;
const longestString = 100_000;
const windowSize = 65_536;

export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

export class ProtoReader {
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;
  private fieldsRead = 0;
  private bytesRead = 0;

  constructor(readonly source: ByteReader) {}

  /** The fields of the message between two positions. */
  *fields(start: number, end: number): Generator<Field> {
    for (let at = start; at < end;) {
      if (++this.fieldsRead > mostFields)
        throw new DamagedFile(`the file has more than ${mostFields} fields, which no model needs`);
      const [key, afterKey] = this.varint(at, end);
      const [number, wire] = [Math.floor(key / 8), key % 8];
      if (number < 1 || number >= 2 ** 29) throw new DamagedFile(`there is no field at byte ${at}`);
      switch (wire as Wire) {
        case Wire.Varint: {
          const [value, after] = this.varint(afterKey, end);
          yield { number, wire, value, start: afterKey, end: after };
          at = after;
          break;
        }
        case Wire.Bytes: {
          const [length, after] = this.varint(afterKey, end);
          if (!(length >= 0 && after + length <= end))
            throw new DamagedFile(`a field at byte ${at} claims ${length} bytes, more than there are`);
          yield { number, wire, value: 0, start: after, end: after + length };
          at = after + length;
          break;
        }
        case Wire.Fixed32:
        case Wire.Fixed64: {
          const after = afterKey + ((wire as Wire) === Wire.Fixed32 ? 4 : 8);
          if (after > end) throw new DamagedFile(`the file ends inside a field at byte ${at}`);
          yield { number, wire, value: 0, start: afterKey, end: after };
          at = after;
          break;
        }
        default:
          throw new DamagedFile(`a field at byte ${at} is of a kind that does not exist`);
      }
    }
  }

  string({ start, end }: Field): string {
    const length = end - start;
    if (length > longestString) throw new DamagedFile(`a name at byte ${start} has ${length} characters`);
    return new TextDecoder().decode(this.bytes(start, end));
  }

  float({ start }: Field): number {
    return this.view(start, start + 4).getFloat32(0, true);
  }

  /** Integers of a repeated field, packed or one by one. */
  ints(field: Field, most: number): number[] {
    if (field.wire === Wire.Varint) return [field.value];
    this.spend(8 * (field.end - field.start));
    const values: number[] = [];
    for (let at = field.start; at < field.end;) {
      if (values.length === most)
        throw new DamagedFile(`a list at byte ${field.start} has more than ${most} numbers`);
      const [value, after] = this.varint(at, field.end);
      values.push(value);
      at = after;
    }
    return values;
  }

  floats(field: Field, most: number): number[] {
    if (field.wire === Wire.Fixed32) return [this.float(field)];
    const count = Math.floor((field.end - field.start) / 4);
    if (count > most) throw new DamagedFile(`a list at byte ${field.start} has more than ${most} numbers`);
    const view = this.view(field.start, field.end);
    return Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  }

  view(start: number, end: number): DataView {
    const bytes = this.bytes(start, end);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private bytes(start: number, end: number): Uint8Array {
    this.spend(end - start);
    return this.source.read(start, end - start);
  }

  private spend(bytes: number): void {
    this.bytesRead += bytes;
    if (this.bytesRead > mostBytes)
      throw new DamagedFile('the file has more names and constants than a model needs');
  }

  /** Seven bits a byte, lowest first; the tenth byte holds the sign of a 64-bit number. */
  private varint(start: number, end: number): [value: number, after: number] {
    let [low, high] = [0, 0];
    for (let i = 0; i < 10; i++) {
      if (start + i >= end) throw new DamagedFile(`the file ends inside a number at byte ${start}`);
      const byte = this.byteAt(start + i);
      if (i < 4) low += (byte & 0x7f) * 2 ** (7 * i);
      else high += (byte & 0x7f) * 2 ** (7 * (i - 4));
      if (byte >= 0x80) continue;
      // 2⁶⁴ − n stands for −n: small negative numbers are exact when the two halves are subtracted apart.
      const value = high >= 2 ** 35 ? (high - 2 ** 36) * 2 ** 28 + low : high * 2 ** 28 + low;
      return [value, start + i + 1];
    }
    throw new DamagedFile(`a number at byte ${start} has no end`);
  }

  private byteAt(at: number): number {
    const offset = at - this.windowStart;
    const byte = offset >= 0 ? this.window[offset] : undefined;
    if (byte !== undefined) return byte;
    this.windowStart = at;
    this.window = this.source.read(at, Math.min(windowSize, this.source.size - at));
    return this.window[0]!;
  }
}
