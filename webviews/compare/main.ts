// The compare view: curves of several runs over each other, and what they reached beside each other.
import { compareRuns } from '../../core/runs/compare';
import { h } from '../ui/dom';
import { start, type StateOf } from '../ui/start';
import { CompareCharts } from './charts';
import { comparisonTable } from './comparison-table';
import { layerDensities } from './layer-densities';
import { names } from './names';
import './compare.css';

type State = StateOf<'compare'>;

function show(root: HTMLElement, { title, runs }: State): void {
  const labels = names(runs.map(({ record }) => record));
  const charts = new CompareCharts(
    runs.map(({ record, metrics }, i) => ({ name: labels[i]!, record, metrics })),
  );
  const onlyDifferences = 'Rows that differ are marked with ≠.';
  root.replaceChildren(
    h(
      'div',
      { class: 'page' },
      h(
        'header',
        {},
        h('div', { class: 'titles' }, h('h1', {}, title), h('p', { class: 'quiet' }, onlyDifferences)),
      ),
      comparisonTable(labels, compareRuns(runs)),
      charts.element,
      layerDensities(
        labels,
        runs.map(({ metrics }) => metrics),
      ),
    ),
  );
}

start('compare', show);
