// Mean average precision and calibration against a plain NumPy reading of their definitions, on random scenes.
import { describe, expect, it } from 'vitest';
import { seeded } from '../../training/executor/random';
import { type Judged, meanAveragePrecision } from '../../training/metrics/average-precision';
import type { Box } from '../../training/metrics/boxes';
import { Calibration } from '../../training/metrics/calibration';
import { noTorch, runTorch } from './torch';

/** Objects, and detections near most of them, some twice, some nowhere, some of the wrong class. */
function scenes(seed: number): Judged[] {
  const random = seeded(seed);
  const box = (): Box => {
    const [x, y] = [random.next() * 80, random.next() * 80];
    return [x, y, x + 5 + random.next() * 30, y + 5 + random.next() * 30];
  };
  const label = () => Math.floor(random.next() * 4);
  return Array.from({ length: 12 }, () => {
    const truth = Array.from({ length: Math.floor(random.next() * 6) }, () => ({
      box: box(),
      label: label(),
    }));
    const near = [...truth, ...truth.filter(() => random.next() < 0.4)].flatMap(({ box: at, label: own }) => {
      if (random.next() < 0.2) return [];
      const moved = at.map((side) => side + random.normal() * 2) as unknown as Box;
      return [{ box: moved, score: random.next(), label: random.next() < 0.1 ? label() : own }];
    });
    const lost = Array.from({ length: Math.floor(random.next() * 3) }, () => ({
      ...{ box: box(), score: random.next(), label: label() },
    }));
    return { truth, found: [...near, ...lost] };
  });
}

const script = (images: readonly Judged[]) => `
import numpy as np
images = json.loads(${JSON.stringify(JSON.stringify(images))})
def iou(a, b):
    w = max(0, min(a[2], b[2]) - max(a[0], b[0])); h = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)
def ap(c, thr):
    rows, n = [], 0
    for im in images:
        gts = [t["box"] for t in im["truth"] if t["label"] == c]; n += len(gts); used = set()
        for d in sorted((d for d in im["found"] if d["label"] == c), key=lambda d: -d["score"]):
            over = [(-1 if i in used else iou(d["box"], g)) for i, g in enumerate(gts)]
            best = int(np.argmax(over)) if over else -1
            ok = best >= 0 and over[best] >= thr
            if ok: used.add(best)
            rows.append((d["score"], ok))
    rows.sort(key=lambda r: -r[0])
    tp = np.cumsum([r[1] for r in rows]) if rows else np.zeros(0)
    recall, precision = tp / n, tp / np.arange(1, len(rows) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    index = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return np.mean([envelope[i] if i < len(envelope) else 0 for i in index])
classes = sorted({t["label"] for im in images for t in im["truth"]})
table = np.array([[ap(c, thr) for c in classes] for thr in np.linspace(.5, .95, 10)])
answer([torch.tensor([table[0].mean(), table.mean()], dtype=torch.float32)])
`;

describe.skipIf(noTorch)(`metrics are their definitions${noTorch ? ` (${noTorch})` : ''}`, () => {
  it.each([1, 2, 3])('average precision, scene %d', (seed) => {
    const images = scenes(seed);
    const [wanted] = runTorch(script(images), []);
    const { mAP50, mAP50_95 } = meanAveragePrecision(images);
    expect(mAP50).toBeGreaterThan(0.2);
    expect(mAP50).toBeLessThan(1);
    expect(mAP50).toBeCloseTo(wanted!.data[0]!, 5);
    expect(mAP50_95).toBeCloseTo(wanted!.data[1]!, 5);
  });

  it('calibration', () => {
    const random = seeded(5);
    const said = Float32Array.from({ length: 500 }, () => random.next());
    const right = Float32Array.from(said, (confidence) => (random.next() < confidence * 0.8 ? 1 : 0));
    const calibration = new Calibration();
    said.forEach((confidence, i) => calibration.add(confidence, right[i] === 1));
    const [wanted] = runTorch(
      `said, right = inputs
error = 0
for i in range(15):
    bin = (said > i / 15) & (said <= (i + 1) / 15)
    if bin.any(): error += bin.float().mean() * (right[bin].mean() - said[bin].mean()).abs()
answer([torch.tensor([error])])
`,
      [
        { shape: [500], data: said },
        { shape: [500], data: right },
      ],
    );
    expect(calibration.error).toBeCloseTo(wanted!.data[0]!, 5);
  });
});
