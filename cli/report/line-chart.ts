// A small line chart as SVG: one y scale, a handful of series, labels at the ends of the lines.
import { html, type Raw } from './escape';

export interface Series {
  readonly name: string;
  /** A CSS class that gives the stroke its colour. */
  readonly style: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  readonly yMin?: number;
  readonly yMax?: number;
  readonly formatY: (value: number) => string;
}

const size = { width: 460, height: 180, left: 52, right: 84, top: 10, bottom: 26 };

export function lineChart(series: readonly Series[], { title, yMin, yMax, formatY }: ChartOptions): Raw {
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return html`<p class="quiet">${title}: nothing was recorded</p>`;
  const xs = drawn.flatMap(({ points }) => points.map(([x]) => x));
  const ys = drawn.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = [yMin ?? Math.min(...ys), yMax ?? Math.max(...ys)];
  const px = (x: number) => size.left + ((x - x0) / (x1 - x0 || 1)) * (size.width - size.left - size.right);
  const py = (y: number) =>
    size.height - size.bottom - ((y - y0) / (y1 - y0 || 1)) * (size.height - size.top - size.bottom);

  const ticks = [0, 0.5, 1].map((share) => y0 + share * (y1 - y0));
  const grid = ticks.map(
    (y) =>
      html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${py(y)}" y2="${py(y)}" />
        <text class="tick" x="${size.left - 6}" y="${py(y) + 4}" text-anchor="end">${formatY(y)}</text>`,
  );
  const lines = drawn.map(({ points, style }) => {
    const path = points
      .map(([x, y]) => `${px(x).toFixed(1)},${py(Math.min(y1, Math.max(y0, y))).toFixed(1)}`)
      .join(' ');
    return html`<polyline class="line ${style}" points="${path}" />`;
  });
  const labels = spread(drawn.map(({ points }) => py(Math.min(y1, Math.max(y0, points.at(-1)![1])))));
  const names = drawn.map(
    ({ name, style }, i) =>
      html`<text class="label ${style}" x="${size.width - size.right + 6}" y="${labels[i]! + 4}"
        >${name}</text
      >`,
  );
  return html`<figure>
    <svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
      ${grid}${lines}${names}
      <text class="tick" x="${size.left}" y="${size.height - 6}">step ${x0}</text>
      <text class="tick" x="${size.width - size.right}" y="${size.height - 6}" text-anchor="end">${x1}</text>
    </svg>
    <figcaption>${title}</figcaption>
  </figure>`;
}

/** Moves labels that would overlap apart, keeping their order. */
function spread(positions: readonly number[]): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const moved = [...positions];
  let last = -Infinity;
  for (const i of order) last = moved[i] = Math.max(moved[i]!, last + 14);
  return moved;
}
