// Boxes as plain numbers: their overlap, and which of many that mean the same object stays.

/** x₁, y₁, x₂, y₂. */
export type Box = readonly [number, number, number, number];

export interface Detection {
  readonly box: Box;
  readonly score: number;
  readonly label: number;
}

export const area = ([x1, y1, x2, y2]: Box): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1);

/** Intersection over union, 0 … 1; 0 for boxes without area. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

/** Highest score first; of equal ones the earlier, so that every device gives the same. */
export const byScore = (detections: readonly Detection[]): number[] =>
  Array.from(detections.keys()).sort((a, b) => detections[b]!.score - detections[a]!.score || a - b);

/** Non-maximum suppression within each class. @param overlap above which the lower score goes. @param most that stay. */
export function suppress(detections: readonly Detection[], overlap: number, most: number): Detection[] {
  const kept: Detection[] = [];
  for (const index of byScore(detections)) {
    if (kept.length === most) break;
    const next = detections[index]!;
    if (!kept.some(({ box, label }) => label === next.label && iou(box, next.box) > overlap)) kept.push(next);
  }
  return kept;
}
