// Curves over steps as an SVG that stands alone: read on white and on black alike.

export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const size = { width: 640, height: 300, left: 64, right: 16, top: 34, bottom: 40 };
/** Of one name below the plot. */
const row = 20;
/** Told apart also by those who see few colours (Okabe & Ito 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#999999'];

export function curves(title: string, unit: string, series: readonly Curve[]): string {
  const xs = series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const { width, height, left, right, top, bottom } = size;
  const px = (x: number) => left + ((x - x0) / (x1 - x0 || 1)) * (width - left - right);
  const py = (y: number) => height - bottom - ((y - y0) / (y1 - y0 || 1)) * (height - top - bottom);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = y0 + share * (y1 - y0);
    return `<line class="grid" x1="${left}" x2="${width - right}" y1="${py(y).toFixed(1)}" y2="${py(y).toFixed(1)}"/><text x="${left - 8}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${short(y)}</text>`;
  });
  const lines = series.map(({ points }, i) => {
    const path = points.map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ');
    return `<polyline fill="none" stroke="${colours[i % colours.length]!}" stroke-width="1.8" points="${path}"/>`;
  });
  const names = series.map(({ name }, i) => {
    const y = height + row * i;
    return `<line x1="${left}" x2="${left + 14}" y1="${y}" y2="${y}" stroke="${colours[i % colours.length]!}" stroke-width="3"/><text x="${left + 20}" y="${y + 4}">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + row * series.length}" role="img" aria-label="${escaped(title)}">
<style>text{font:12px sans-serif;fill:#24292f}.grid{stroke:#8884}.title{font-weight:600}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>
<text class="title" x="${left}" y="18">${escaped(title)}${unit ? ` (${escaped(unit)})` : ''}</text>
${[...grid, ...lines, ...names].join('\n')}
<text x="${left}" y="${height - 14}">step ${x0}</text><text x="${width - right}" y="${height - 14}" text-anchor="end">${x1}</text>
</svg>
`;
}

const short = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
