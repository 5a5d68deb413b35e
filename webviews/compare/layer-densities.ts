// What each run left of each layer, a bar a run: where methods differ though their totals agree.
import type { MetricPoint } from '../../core/runs/run-record';
import { css } from '../ui/colour';
import { h } from '../ui/dom';
import { percent } from '../ui/format';
import { onThemeChange, type Theme, theme } from '../ui/theme';
import { seriesColour } from './colours';

/** Undefined where no run has masked a layer. */
export function layerDensities(
  names: readonly string[],
  runs: readonly (readonly MetricPoint[])[],
): HTMLElement | undefined {
  const last = runs.map((metrics) => metrics.findLast((point) => point.layerDensity)?.layerDensity ?? {});
  const layers = [...new Set(last.flatMap((densities) => Object.keys(densities)))];
  if (layers.every((layer) => last.every((densities) => (densities[layer] ?? 1) === 1))) return undefined;
  const head = ['Layer', ...names].map((name) => h('th', { scope: 'col' }, name));
  const rows = layers.map((layer) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, layer),
      ...last.map((densities, i) => h('td', {}, ...density(densities[layer], i))),
    ),
  );
  return h(
    'section',
    { class: 'comparison densities', 'aria-label': 'Density by layer' },
    h('h2', {}, 'Density by layer'),
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
  );
}

function density(share: number | undefined, run: number): HTMLElement[] {
  if (share === undefined) return [h('span', { class: 'quiet' }, '–')];
  const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
  bar.style.width = `${Math.max(1, share * 100).toFixed(1)}px`;
  const paint = (current: Theme) => (bar.style.backgroundColor = css(seriesColour(run)(current)));
  paint(theme());
  const stop = onThemeChange((current) => (bar.isConnected ? paint(current) : stop()));
  return [bar, h('span', { class: 'share' }, percent(share))];
}
