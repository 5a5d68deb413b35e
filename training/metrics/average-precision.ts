// Mean average precision as COCO counts it: greedy matching by score, precision at 101 recalls, mean over classes.
import { type Box, byScore, type Detection, iou } from './boxes';

export interface Truth {
  readonly box: Box;
  readonly label: number;
}

/** What was found in an image, and what there is. */
export interface Judged {
  readonly found: readonly Detection[];
  readonly truth: readonly Truth[];
}

export interface MeanAveragePrecision {
  /** At an overlap of 0.5, 0 … 1. */
  readonly mAP50: number;
  /** Mean over overlaps of 0.5, 0.55 … 0.95. */
  readonly mAP50_95: number;
}

/** Detections of an image that count, highest scores first: COCO's `maxDets`. */
const most = 100;

const thresholds = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);

/** Classes of which no image has one are no part of the mean; 0 when there is none at all. */
export function meanAveragePrecision(images: readonly Judged[]): MeanAveragePrecision {
  const labels = [...new Set(images.flatMap(({ truth }) => truth.map(({ label }) => label)))];
  const limited = images.map(({ found, truth }) => ({
    truth,
    found: byScore(found)
      .slice(0, most)
      .map((i) => found[i]!),
  }));
  const at = (threshold: number) => mean(labels.map((label) => averagePrecision(limited, label, threshold)));
  const all = thresholds.map(at);
  return { mAP50: all[0]!, mAP50_95: mean(all) };
}

/** Of one class at one overlap, 0 … 1. */
export function averagePrecision(images: readonly Judged[], label: number, threshold: number): number {
  const count = images.reduce((n, { truth }) => n + truth.filter((one) => one.label === label).length, 0);
  if (count === 0) return 0;
  const hits = images.flatMap((image) => matched(image, label, threshold));
  hits.sort((a, b) => b.score - a.score);
  const [precision, recall]: [number[], number[]] = [[], []];
  let right = 0;
  hits.forEach(({ isRight }, i) => {
    if (isRight) right++;
    precision.push(right / (i + 1));
    recall.push(right / count);
  });
  // What precision can be had at this recall or more.
  for (let i = precision.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i]!, precision[i + 1]!);
  let [sum, at] = [0, 0];
  for (let step = 0; step <= 100; step++) {
    while (at < recall.length && recall[at]! < step / 100) at++;
    sum += precision[at] ?? 0;
  }
  return sum / 101;
}

interface Hit {
  readonly score: number;
  readonly isRight: boolean;
}

/** Each detection, highest score first, takes the object that it overlaps most among those nobody took. */
function matched({ found, truth }: Judged, label: number, threshold: number): Hit[] {
  const objects = truth.filter((one) => one.label === label);
  const detections = found.filter((one) => one.label === label);
  const taken = new Set<number>();
  return byScore(detections).map((index) => {
    const { box, score } = detections[index]!;
    let [best, overlap] = [-1, Math.min(threshold, 1 - 1e-10)];
    objects.forEach((object, i) => {
      const shared = taken.has(i) ? 0 : iou(box, object.box);
      if (shared >= overlap) [best, overlap] = [i, shared];
    });
    if (best >= 0) taken.add(best);
    return { score, isRight: best >= 0 };
  });
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
