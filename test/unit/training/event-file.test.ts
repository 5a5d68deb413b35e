// TensorBoard files, byte by byte: records with their checksums, events, and what a restart says.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../training/runs/events/crc32c';
import { encodeEvent } from '../../../training/runs/events/event';
import { EventFile } from '../../../training/runs/events/event-file';
import { scalarsOf } from '../../../training/runs/events/scalars';
import { tempFolder } from './support';

const point = (step: number) => ({ step, phase: 'dense', density: 0.5, seconds: step });

describe('CRC-32C', () => {
  it.each([
    // RFC 3720, appendix B.4.
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 times 255', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 … 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['the digits', new TextEncoder().encode('123456789'), 0xe3069283],
  ])('of %s', (_, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
  });
});

it('an event is the bytes that TensorFlow writes', () => {
  // tf.compat.v1.Event(wall_time=1.5, step=300, summary=…(tag='loss/train', simple_value=0.25)).SerializeToString()
  expect(
    Buffer.from(encodeEvent(1.5, 300, { kind: 'scalars', values: { 'loss/train': 0.25 } })).toString('hex'),
  ).toBe('09000000000000f83f10ac022a130a110a0a6c6f73732f747261696e150000803e');
  expect(Buffer.from(encodeEvent(1.5, 0, { kind: 'version' })).toString('hex')).toBe(
    '09000000000000f83f10001a0d627261696e2e4576656e743a32',
  );
});

it('names metrics as the field does', () => {
  expect(
    scalarsOf({
      ...point(3),
      loss: 1,
      testAccuracy: 0.5,
      metrics: { accuracy: 0.5, mAP50: 0.25 },
      layerDensity: { 'a.conv': 0.5 },
      learningRate: 0.1,
    }),
  ).toEqual({
    'loss/train': 1,
    'accuracy/test': 0.5,
    'mAP50/test': 0.25,
    density: 0.5,
    'density/a.conv': 0.5,
    learning_rate: 0.1,
  });
});

describe('a file of events', () => {
  const records = (file: string): Buffer[] => {
    const bytes = readFileSync(file);
    const found: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = Number(bytes.readBigUInt64LE(at));
      expect(bytes.readUInt32LE(at + 8)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)));
      const data = bytes.subarray(at + 12, at + 12 + length);
      expect(bytes.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
      found.push(data);
      at += 16 + length;
    }
    return found;
  };

  it('of a run that goes on comes after the one before, also when the clock was set back', async () => {
    const folder = tempFolder();
    const first = await EventFile.begin(folder, [], () => 2_000_000_000_000);
    for (const step of [1, 2, 3]) await first.append(point(step));
    await EventFile.begin(folder, [point(1), point(2)], () => 1_000_000_000_000);
    const [before, after] = readdirSync(folder).sort();
    expect(before).toContain('.2000000000.');
    expect(after).toContain('.2000000001.');
    expect(records(path.join(folder, before!))).toHaveLength(4);
    // Version, restart at step 2, and the point of step 2 once more.
    const [, restart, again] = records(path.join(folder, after!));
    expect(restart!.subarray(9).toString('hex')).toBe('10023a020801');
    expect(again!.subarray(9, 11).toString('hex')).toBe('1002');
  });

  it('that cannot be written ends no run', async () => {
    const file = path.join(tempFolder(), 'file');
    writeFileSync(file, '');
    await (await EventFile.begin(file, [])).append(point(1));
  });
});
