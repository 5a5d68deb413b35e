// The whole model: the two bars that matter most, and the one sentence that may be drawn from them.
import type { Comparison, LatencyReport, Spread } from '../../core/runs/latency-report';
import { type Child, h } from '../ui/dom';
import { milliseconds } from '../ui/format';
import { swatch } from '../ui/swatch';
import type { Theme } from '../ui/theme';
import type { Rgba } from '../ui/colour';
import { niceMax } from '../ui/ticks';
import { denseColour, PairBars, sparseColour, TimeAxis } from './bars';
import { outcome } from './outcome';

export interface Total {
  readonly element: HTMLElement;
  dispose(): void;
}

export function total({ total: comparison }: LatencyReport): Total {
  const max = niceMax(Math.max(comparison.dense.high, comparison.sparse.high));
  const bars = new PairBars(comparison, max, 16);
  const axis = new TimeAxis(max);
  const { kind, reason } = outcome(comparison);
  const facts = h(
    'dl',
    { class: 'totals' },
    ...fact('Dense', comparison.dense, denseColour),
    ...fact('Sparse', comparison.sparse, sparseColour),
  );
  return {
    element: h(
      'section',
      { class: 'total', 'aria-label': 'Whole model' },
      h('h2', {}, 'Whole model'),
      h('p', { class: `claim ${kind}` }, ...claim(comparison)),
      h('p', { class: 'quiet' }, reason ? `${capital(reason)}.` : `${capital(comparison.verdict.reason)}.`),
      h('div', { class: 'total-bars' }, facts, h('div', { class: 'bars' }, bars.element, axis.element)),
    ),
    dispose() {
      bars.dispose();
      axis.dispose();
    },
  };
}

function claim(comparison: Comparison): Child[] {
  const { kind, headline } = outcome(comparison);
  if (kind !== 'faster') return [capital(headline)];
  const { median, low, high } = comparison.speedup;
  const interval = h('span', { class: 'quiet' }, `${low.toFixed(2)} – ${high.toFixed(2)}`);
  return [`${median.toFixed(2)}× faster `, interval];
}

function fact(name: string, { median, low, high }: Spread, colour: (theme: Theme) => Rgba): HTMLElement[] {
  return [
    h('dt', {}, swatch(colour), name),
    h(
      'dd',
      {},
      h('strong', {}, milliseconds(median)),
      h('span', { class: 'quiet' }, ` ${milliseconds(low)} – ${milliseconds(high)}`),
    ),
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
