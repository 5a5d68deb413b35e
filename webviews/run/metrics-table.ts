// The tested points of a run as a table: the charts' twin for those who read or hear tables.
import { metricText, metricTitle } from '../../core/runs/metric-words';
import { cell, h } from '../ui/dom';
import { percent, significant } from '../ui/format';
import type { Key, Metrics } from './metrics';

interface Column {
  readonly title: string;
  readonly key: Key;
  readonly text: (value: number) => string;
}

/** Built when it is opened, and again then: a live run would rebuild it several times a second. */
export function metricsTable(metrics: Metrics): HTMLElement {
  const table = h('table');
  const details = h(
    'details',
    { class: 'metrics-table' },
    h('summary', {}, 'Test results as a table'),
    table,
  );
  details.addEventListener('toggle', () => {
    if (details.open) table.replaceChildren(...contents(metrics));
  });
  return details;
}

function contents(metrics: Metrics): HTMLElement[] {
  const columns = columnsOf(metrics);
  const head = ['Step', 'Phase', ...columns.map(({ title }) => title)].map((text, i) =>
    h('th', { scope: 'col', class: i === 1 ? undefined : 'number' }, text),
  );
  const { xs } = metrics.series(`metric/${metrics.headline}`);
  const rows = xs.map((step) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'number' }, String(step)),
      cell(metrics.at(metrics.nearest(step) ?? 0)?.phase ?? ''),
      ...columns.map(({ key, text }) => {
        const known = metrics.valueAt(key, step);
        return cell(known === undefined ? '–' : text(known), 'number');
      }),
    ),
  );
  return [h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)];
}

/** Detectors have no right answers to count in training. */
const columnsOf = (metrics: Metrics): Column[] => [
  { title: 'Loss', key: 'loss', text: significant },
  ...(metrics.series('trainAccuracy').xs.length > 0
    ? [{ title: 'Train accuracy', key: 'trainAccuracy', text: percent } as const]
    : []),
  ...metrics.testKeys().map((key): Column => ({
    title: metricTitle(key),
    key: `metric/${key}`,
    text: (value) => metricText(key, value),
  })),
  { title: 'Density', key: 'density', text: percent },
];
