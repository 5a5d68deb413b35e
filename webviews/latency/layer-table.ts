// One row a layer: its bars, its medians, and what may be said of them. The bars' own table twin.
import type { LatencyReport, LayerComparison, Spread } from '../../core/runs/latency-report';
import { cell, h } from '../ui/dom';
import { commonDecimals, milliseconds } from '../ui/format';
import { niceMax } from '../ui/ticks';
import { PairBars, TimeAxis } from './bars';
import { outcome, shapeText } from './outcome';

export interface LayerTable {
  readonly element: HTMLElement;
  dispose(): void;
}

export function layerTable({ layers, total }: LatencyReport): LayerTable {
  const max = niceMax(Math.max(0, ...layers.flatMap(({ dense, sparse }) => [dense.high, sparse.high])));
  const axis = new TimeAxis(max);
  const bars = layers.map((layer) => new PairBars(layer, max, 8));
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'Layer'),
    h('th', { scope: 'col', class: 'bars' }, h('span', { class: 'visually-hidden' }, 'Bars'), axis.element),
    h('th', { scope: 'col', class: 'number' }, 'Dense, ms'),
    h('th', { scope: 'col', class: 'number' }, 'Sparse, ms'),
    h('th', { scope: 'col' }, 'Dense / sparse'),
  );
  const decimals = commonDecimals(layers.flatMap(({ dense, sparse }) => [dense.median, sparse.median]));
  const rows = layers.map((layer, i) => row(layer, bars[i]!, decimals, total.verdict.reason));
  return {
    element: h('table', { class: 'latency-table' }, h('thead', {}, head), h('tbody', {}, ...rows)),
    dispose() {
      for (const view of [axis, ...bars]) view.dispose();
    },
  };
}

function row(layer: LayerComparison, bars: PairBars, decimals: number, known: string): HTMLElement {
  const { path, op, denseShape, sparseShape, dense, sparse } = layer;
  const { kind, headline, reason } = outcome(layer);
  // A reason that the whole model has already given is not repeated in every row.
  const why = reason && reason !== known ? reason : undefined;
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('div', { class: 'path', title: path }, path),
      h('div', { class: 'quiet shape' }, shapeText(op, denseShape, sparseShape)),
    ),
    h('td', { class: 'bars' }, bars.element),
    numbers(dense, decimals),
    numbers(sparse, decimals),
    h('td', { class: `outcome ${kind}` }, headline, why ? h('div', { class: 'quiet' }, why) : null),
  );
}

function numbers(spread: Spread, decimals: number): HTMLElement {
  const element = cell(spread.median.toFixed(decimals), 'number');
  element.title = `10th to 90th percentile: ${milliseconds(spread.low)} to ${milliseconds(spread.high)}`;
  return element;
}
