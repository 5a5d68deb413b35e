// One record of a TFRecord file: length, its checksum, the bytes, their checksum; little-endian.
// Format: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
import { maskedCrc32c } from './crc32c';

const [head, tail] = [12, 4];

export function tfRecord(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(head + data.length + tail);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(out.subarray(0, 8)), true);
  out.set(data, head);
  view.setUint32(head + data.length, maskedCrc32c(data), true);
  return out;
}
