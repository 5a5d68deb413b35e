// Arrays that NumPy wrote, and images that PIL decodes and scales, against what is read here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputSpec } from '../../training/data/dataset';
import { decodeImage } from '../../training/data/decode';
import { loadDataset } from '../../training/data/load';
import { noTorch } from './torch';

const script = `
import sys, numpy as np
from PIL import Image
here = sys.argv[1]
x = np.arange(7 * 3 * 2, dtype=np.uint8).reshape(7, 3, 2)
y = np.arange(7) % 3
np.savez(f'{here}/packed.npz', x=x, y=y)
np.savez_compressed(f'{here}/split.npz', x_train=x.astype(np.float64), y_train=y, x_test=x[:2].astype(np.float64), y_test=y[:2])
np.save(f'{here}/x.npy', x.astype(np.float16)); np.save(f'{here}/y.npy', y.astype(np.int8))
np.save(f'{here}/fortran.npy', np.asfortranarray(np.zeros((3, 2))))
yy, xx = np.mgrid[0:70, 0:50]
image = np.stack([xx * 5, yy * 3, 128 + 100 * np.sin(xx / 6) * np.cos(yy / 9)], -1).astype(np.uint8)
Image.fromarray(image).save(f'{here}/image.png'); Image.fromarray(image).save(f'{here}/image.jpg', quality=95)
for kind in ('png', 'jpg'):
    decoded = Image.open(f'{here}/image.{kind}').convert('RGB').resize((24, round(24 * 70 / 50)), Image.BILINEAR)
    top = (decoded.height - 24) // 2
    np.asarray(decoded.crop((0, top, 24, top + 24))).tofile(f'{here}/{kind}.raw')
`;

describe.skipIf(noTorch)('files that Python wrote', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'espalier-data-'));
    writeFileSync(path.join(folder, 'make.py'), script);
    execFileSync('/usr/bin/python3', [path.join(folder, 'make.py'), folder], { stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const wanted: InputSpec[] = [];
  const npy = (inputs: string, labels?: string) =>
    loadDataset(
      { kind: 'npy', inputs, ...(labels ? { labels } : {}), test: 2 },
      { baseFolder: folder, wanted },
    );
  const all = Int32Array.of(0, 1, 2, 3, 4);

  it('bytes in an .npz are pixels from 0 to 1', async () => {
    const data = await npy('packed.npz');
    expect([data.train.count, data.test.count, data.inputs[0]!.shape]).toEqual([5, 2, [3, 2, 1]]);
    const { inputs, targets } = await data.train.take(all);
    const labels = targets.kind === 'classes' ? targets.labels : [];
    for (const [i, label] of labels.entries()) {
      const row = Math.round((inputs[0]!.data[i * 6]! * 255) / 6);
      expect(label).toBe(row % 3);
    }
  });

  it('a compressed .npz may bring its own test split', async () => {
    const data = await npy('split.npz');
    expect([data.train.count, data.test.count]).toEqual([7, 2]);
    expect([...(await data.test.take(Int32Array.of(1))).inputs[0]!.data]).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('half precision and small whole numbers are read', async () => {
    const data = await npy('x.npy', 'y.npy');
    const taken = await data.train.take(all);
    expect([...taken.inputs[0]!.data].every((value) => Number.isInteger(value) && value < 42)).toBe(true);
  });

  it('what cannot be used is said in one line', async () => {
    await expect(npy('fortran.npy', 'y.npy')).rejects.toThrow(
      'it is in Fortran order; save np.ascontiguousarray(array)',
    );
    writeFileSync(
      path.join(folder, 'cut.npz'),
      readFileSync(path.join(folder, 'packed.npz')).subarray(0, 300),
    );
    await expect(npy('cut.npz')).rejects.toThrow('it is truncated, its directory is missing');
    writeFileSync(path.join(folder, 'cut.npy'), readFileSync(path.join(folder, 'x.npy')).subarray(0, 140));
    await expect(npy('cut.npy', 'y.npy')).rejects.toThrow('it is truncated: 7×3×2 need 84 bytes, it has 12');
  });

  it.each([
    ['png', 1.5],
    ['jpg', 8],
  ] as const)('a %s is decoded, scaled and cut as PIL does it', (kind, tolerance) => {
    const file = path.join(folder, `image.${kind}`);
    const ours = decodeImage(readFileSync(file), [24, 24, 3], file);
    const theirs = readFileSync(path.join(folder, `${kind}.raw`));
    expect(theirs.length).toBe(ours.length);
    const gap = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0);
    expect(gap).toBeLessThanOrEqual(tolerance);
  });
});
