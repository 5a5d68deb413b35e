// What came out of a finished run, beside what went in.
import { formatExact, formatFlops } from '../../core/analysis/format';
import { durationWords } from '../../core/duration-words';
import { outcomesOf } from '../../core/runs/headline';
import { isShare, metricText, metricTitle } from '../../core/runs/metric-words';
import type { RunResult } from '../../core/runs/run-record';
import { cell, h } from '../ui/dom';
import { percent, points } from '../ui/format';

export function resultTable(result: RunResult): HTMLElement {
  const { sparsity, params, flops, seconds } = result;
  const rows = [
    ...outcomesOf(result).map(({ key, dense, sparse }) =>
      row(
        metricTitle(key),
        metricText(key, dense),
        metricText(key, sparse),
        isShare(key) ? `${points(dense, sparse)} points` : change({ dense, sparse }),
      ),
    ),
    row(
      'Parameters that are not zero',
      formatExact(params.dense),
      formatExact(params.sparse),
      change(params),
    ),
    row('FLOPs a sample', formatFlops(flops.dense), formatFlops(flops.sparse), change(flops)),
  ];
  const head = ['', 'Dense', 'Sparse', 'Change'].map((text, i) =>
    i === 0 ? h('td') : h('th', { scope: 'col', class: 'number' }, text),
  );
  const facts = `${percent(sparsity)} of the prunable weights are gone, after ${durationWords(seconds)} of training.`;
  return h(
    'section',
    { class: 'result' },
    h('h2', {}, 'Result'),
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
    h('p', { class: 'quiet' }, `${facts} FLOPs are counted, not timed: the latency view measures.`),
  );
}

const row = (name: string, dense: string, sparse: string, changed: string): HTMLElement =>
  h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    cell(dense, 'number'),
    cell(sparse, 'number'),
    cell(changed, 'number'),
  );

function change({ dense, sparse }: { readonly dense: number; readonly sparse: number }): string {
  if (dense === 0 || dense === sparse) return 'same';
  const share = sparse / dense - 1;
  return `${share > 0 ? '+' : ''}${percent(share)}`;
}
