// The tested points of a run as a table: the charts' twin for those who read or hear tables.
import { cell, h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import type { Metrics } from './metrics';

/** Built when it is opened, and again then: a live run would rebuild it several times a second. */
export function metricsTable(metrics: Metrics): HTMLElement {
  const body = h('tbody');
  const head = ['Step', 'Phase', 'Loss', 'Train accuracy', 'Test accuracy', 'Density'].map((text, i) =>
    h('th', { scope: 'col', class: i === 1 ? undefined : 'number' }, text),
  );
  const details = h(
    'details',
    { class: 'metrics-table' },
    h('summary', {}, 'Test results as a table'),
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), body),
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    const { shareName } = metrics;
    if (shareName !== 'accuracy') setText(head[4]!, shareName);
    body.replaceChildren(...rows(metrics));
  });
  return details;
}

function rows(metrics: Metrics): HTMLElement[] {
  const { xs } = metrics.series('testAccuracy');
  return xs.map((step) => {
    const value = (
      field: 'loss' | 'trainAccuracy' | 'testAccuracy' | 'density',
      text: (n: number) => string,
    ) => {
      const known = metrics.valueAt(field, step);
      return cell(known === undefined ? '–' : text(known), 'number');
    };
    const phase = metrics.at(metrics.nearest(step) ?? 0)?.phase ?? '';
    return h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'number' }, String(step)),
      cell(phase),
      value('loss', significant),
      value('trainAccuracy', percent),
      value('testAccuracy', percent),
      value('density', percent),
    );
  });
}
