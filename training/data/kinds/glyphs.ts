// The ten digits as pen strokes in a unit square, y downwards. Smooth strokes pass through their points as a spline.

export type Point = readonly [x: number, y: number];

export interface Stroke {
  readonly points: readonly Point[];
  readonly smooth: boolean;
}

const smooth = (...points: Point[]): Stroke => ({ points, smooth: true });
const straight = (...points: Point[]): Stroke => ({ points, smooth: false });

/** Several ways of writing each digit. */
export const glyphs: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [smooth([0.52, 0.1], [0.27, 0.28], [0.25, 0.68], [0.5, 0.9], [0.74, 0.7], [0.74, 0.3], [0.5, 0.1])],
    [smooth([0.6, 0.14], [0.32, 0.2], [0.26, 0.6], [0.44, 0.88], [0.7, 0.72], [0.72, 0.34], [0.48, 0.12])],
  ],
  [
    [straight([0.5, 0.1], [0.5, 0.9])],
    [straight([0.36, 0.28], [0.54, 0.1], [0.54, 0.9])],
    [straight([0.36, 0.26], [0.52, 0.1], [0.52, 0.9]), straight([0.34, 0.9], [0.7, 0.9])],
  ],
  [
    [
      smooth([0.26, 0.3], [0.38, 0.13], [0.62, 0.13], [0.71, 0.32], [0.55, 0.58], [0.27, 0.88]),
      straight([0.27, 0.88], [0.76, 0.88]),
    ],
    [smooth([0.28, 0.26], [0.5, 0.1], [0.7, 0.3], [0.5, 0.62], [0.28, 0.86], [0.44, 0.78], [0.78, 0.88])],
  ],
  [
    [
      smooth([0.28, 0.18], [0.52, 0.1], [0.7, 0.26], [0.6, 0.43], [0.42, 0.48]),
      smooth([0.42, 0.48], [0.66, 0.52], [0.73, 0.7], [0.56, 0.88], [0.28, 0.84]),
    ],
    [
      straight([0.28, 0.12], [0.7, 0.12], [0.46, 0.42]),
      smooth([0.46, 0.42], [0.7, 0.52], [0.7, 0.78], [0.46, 0.9], [0.27, 0.8]),
    ],
  ],
  [
    [straight([0.6, 0.1], [0.24, 0.62], [0.78, 0.62]), straight([0.62, 0.4], [0.62, 0.92])],
    [straight([0.3, 0.12], [0.26, 0.52], [0.72, 0.52]), straight([0.7, 0.1], [0.68, 0.92])],
  ],
  [
    [
      straight([0.72, 0.12], [0.34, 0.12], [0.31, 0.46]),
      smooth([0.31, 0.46], [0.56, 0.4], [0.73, 0.58], [0.64, 0.84], [0.28, 0.86]),
    ],
    [smooth([0.7, 0.12], [0.36, 0.16], [0.32, 0.44], [0.64, 0.5], [0.7, 0.76], [0.48, 0.9], [0.27, 0.82])],
  ],
  [
    [
      smooth(
        [0.64, 0.12],
        [0.36, 0.34],
        [0.27, 0.66],
        [0.44, 0.9],
        [0.68, 0.8],
        [0.68, 0.58],
        [0.46, 0.5],
        [0.29, 0.64],
      ),
    ],
    [smooth([0.52, 0.08], [0.32, 0.4], [0.3, 0.74], [0.5, 0.9], [0.7, 0.74], [0.56, 0.56], [0.32, 0.66])],
  ],
  [
    [straight([0.25, 0.13], [0.74, 0.13], [0.44, 0.9])],
    [straight([0.26, 0.13], [0.74, 0.13], [0.46, 0.9]), straight([0.36, 0.5], [0.7, 0.5])],
  ],
  [
    [
      smooth([0.5, 0.48], [0.3, 0.36], [0.36, 0.14], [0.62, 0.12], [0.7, 0.32], [0.5, 0.48]),
      smooth([0.5, 0.48], [0.27, 0.64], [0.36, 0.88], [0.64, 0.88], [0.73, 0.66], [0.5, 0.48]),
    ],
    [
      smooth(
        [0.66, 0.18],
        [0.4, 0.12],
        [0.34, 0.34],
        [0.64, 0.6],
        [0.62, 0.86],
        [0.34, 0.84],
        [0.36, 0.6],
        [0.66, 0.36],
        [0.66, 0.18],
      ),
    ],
  ],
  [
    [
      smooth([0.7, 0.3], [0.5, 0.12], [0.3, 0.26], [0.36, 0.48], [0.6, 0.48], [0.7, 0.3]),
      straight([0.7, 0.3], [0.64, 0.9]),
    ],
    [smooth([0.7, 0.26], [0.44, 0.12], [0.3, 0.34], [0.5, 0.52], [0.7, 0.32], [0.7, 0.6], [0.5, 0.9])],
  ],
];

/** Points along a stroke, close enough that straight lines between them look round. Catmull–Rom through smooth ones. */
export function trace({ points, smooth: isSmooth }: Stroke): Point[] {
  if (!isSmooth) return [...points];
  const pieces = 5;
  const out: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [
      points[i - 1] ?? points[i]!,
      points[i]!,
      points[i + 1]!,
      points[i + 2] ?? points[i + 1]!,
    ];
    for (let k = 1; k <= pieces; k++) {
      const t = k / pieces;
      const along = (axis: 0 | 1) =>
        0.5 *
        (2 * b[axis] +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t * t * t);
      out.push([along(0), along(1)]);
    }
  }
  return out;
}
