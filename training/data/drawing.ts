// Shapes as rules for points: what the procedural data sets are drawn with.

export interface ShapePlace {
  readonly x: number;
  readonly y: number;
  /** Of the circle around it, in pixels. */
  readonly radius: number;
  /** Radians. */
  readonly angle: number;
}

type Rule = (u: number, v: number) => boolean;

/** Of a regular polygon: within all its sides. */
const polygon =
  (sides: number): Rule =>
  (u, v) =>
    Array.from({ length: sides }, (_, i) => (2 * Math.PI * i) / sides).every(
      (turn) => u * Math.cos(turn) + v * Math.sin(turn) <= Math.cos(Math.PI / sides),
    );

const square: Rule = (u, v) => Math.abs(u) <= 0.7 && Math.abs(v) <= 0.7;
const length = (u: number, v: number): number => Math.hypot(u, v);

/** On the unit disc, before it is turned. */
const rules: Readonly<Record<string, Rule>> = {
  disc: (u, v) => length(u, v) <= 0.85,
  square,
  triangle: polygon(3),
  ring: (u, v) => length(u, v) <= 0.95 && length(u, v) >= 0.55,
  cross: (u, v) =>
    (Math.abs(u) <= 0.28 && Math.abs(v) <= 0.95) || (Math.abs(v) <= 0.28 && Math.abs(u) <= 0.95),
  frame: (u, v) => square(u * 0.8, v * 0.8) && !(Math.abs(u) <= 0.5 && Math.abs(v) <= 0.5),
  bar: (u, v) => Math.abs(u) <= 0.95 && Math.abs(v) <= 0.3,
  half: (u, v) => length(u, v) <= 0.95 && v >= 0,
  star: (u, v) => length(u, v) <= 0.45 + 0.5 * Math.abs(Math.cos(2.5 * Math.atan2(v, u))) ** 2,
  moon: (u, v) => length(u, v) <= 0.95 && length(u - 0.5, v) > 0.7,
};

export const shapeNames: readonly string[] = Object.keys(rules);
const list = Object.values(rules);

export function inside(
  kind: number,
  x: number,
  y: number,
  { x: cx, y: cy, radius, angle }: ShapePlace,
): boolean {
  const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
  if (dx * dx + dy * dy > 1.2) return false;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return list[kind % list.length]!(cos * dx + sin * dy, cos * dy - sin * dx);
}

/** Fills size × size × 3 bytes by a rule for each pixel's channel. */
export function paint(
  out: Uint8Array,
  size: number,
  rule: (x: number, y: number, channel: number) => number,
): void {
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++)
        out[(y * size + x) * 3 + c] = Math.round(Math.min(255, Math.max(0, rule(x, y, c))));
}
