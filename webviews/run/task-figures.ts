// What every run has a chart of, by its task: the loss, the metric that models of the task are told by, density.
import { metricText, metricTitle } from '../../core/runs/metric-words';
import { percent, significant } from '../ui/format';
import { tickText } from '../ui/ticks';
import { type FigureSpec, percentTicks } from './figure';
import type { Metrics } from './metrics';
import { accuracyRange, fromZero, wholeRange } from './ranges';

export const lossSpec: FigureSpec = {
  title: 'Loss',
  keys: ['loss'],
  lines: [{ name: 'train', colour: ({ series }) => series[0]! }],
  range: fromZero,
  tickText,
  valueText: significant,
  steps: false,
  phaseNames: true,
};

export const densitySpec: FigureSpec = {
  title: 'Density',
  keys: ['density'],
  lines: [{ name: 'prunable weights kept', colour: ({ series }) => series[2]! }],
  range: wholeRange,
  tickText: percentTicks,
  valueText: percent,
  steps: true,
  phaseNames: false,
};

const shares = { range: accuracyRange, tickText: percentTicks, valueText: percent };
const between = { steps: false, phaseNames: false };

/** In training, right answers are counted, too. */
const accuracy: FigureSpec = {
  ...{ ...between, ...shares, title: 'Accuracy', keys: ['trainAccuracy', 'metric/accuracy'] },
  lines: [
    { name: 'train', colour: ({ series }) => series[0]! },
    { name: 'test', colour: ({ series }) => series[1]!, dots: true },
  ],
};

/** Detectors are told by the mean over overlaps; that at one overlap is the one that people know. */
const precision: FigureSpec = {
  ...{ ...between, ...shares, title: 'Mean average precision', keys: ['metric/mAP50-95', 'metric/mAP50'] },
  lines: [
    { name: 'mAP50-95', colour: ({ series }) => series[1]!, dots: true },
    { name: 'mAP50', colour: ({ series }) => series[0]!, dots: true },
  ],
};

const perplexity: FigureSpec = {
  ...{ ...between, title: metricTitle('perplexity'), keys: ['metric/perplexity'] },
  ...{ range: fromZero, tickText, valueText: (value) => metricText('perplexity', value) },
  lines: [{ name: 'test', colour: ({ series }) => series[1]!, dots: true }],
};

const byHeadline: ReadonlyMap<string, readonly FigureSpec[]> = new Map([
  ['accuracy', [accuracy]],
  ['mAP50-95', [precision]],
  // Of runs that know nothing else.
  ['mAP50', [precision]],
  ['perplexity', [perplexity, accuracy]],
]);

export const taskSpecs = ({ headline }: Metrics): readonly FigureSpec[] =>
  byHeadline.get(headline) ?? [accuracy];
