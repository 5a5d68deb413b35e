// Looks into a zip file, as .npz is one: stored or deflated entries, by name.
import { inflateRawSync } from 'node:zlib';

const maxBytes = 2 ** 31 - 1;

/** Throws one line that names the file; an entry is unpacked when it is asked for. */
export function readZip(bytes: Buffer, file: string): Map<string, () => Buffer> {
  const wrong = (what: string) => new Error(`${file} is no usable zip file: ${what}`);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > bytes.length) throw wrong('it is truncated, its directory is missing');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries = new Map<string, () => Buffer>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw wrong('its directory is damaged');
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const start = bytes.readUInt32LE(at + 42);
    entries.set(bytes.toString('utf8', at + 46, at + 46 + name), () =>
      unpacked(bytes, start, packed, method, wrong),
    );
    at += 46 + name + extra + comment;
  }
  return entries;
}

function unpacked(
  bytes: Buffer,
  start: number,
  packed: number,
  method: number,
  wrong: (what: string) => Error,
): Buffer {
  if (start + 30 > bytes.length) throw wrong('an entry lies beyond its end');
  const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
  const body = bytes.subarray(from, from + packed);
  if (body.length < packed) throw wrong('it is truncated');
  if (method === 0) return body;
  if (method !== 8) throw wrong(`an entry is packed in a way (${method}) that is not read`);
  try {
    return inflateRawSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}
