// A row a fact, a column a run.
import type { ComparisonRow } from '../../core/runs/compare';
import { h } from '../ui/dom';
import { swatch } from '../ui/swatch';
import { seriesColour } from './colours';

export function comparisonTable(runs: readonly string[], rows: readonly ComparisonRow[]): HTMLElement {
  const head = runs.map((name, i) =>
    h('th', { scope: 'col' }, swatch(seriesColour(i), 'line'), h('span', {}, name)),
  );
  const body = rows.map(({ name, values, differs }) =>
    h(
      'tr',
      { class: differs ? 'differs' : 'same' },
      h(
        'th',
        { scope: 'row' },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, differs ? '≠' : ''),
        name,
        differs && h('span', { class: 'visually-hidden' }, ' (differs)'),
      ),
      ...values.map((value) => h('td', {}, value)),
    ),
  );
  return h(
    'section',
    { class: 'comparison', 'aria-label': 'Facts' },
    h('table', {}, h('thead', {}, h('tr', {}, h('td'), ...head)), h('tbody', {}, ...body)),
  );
}
