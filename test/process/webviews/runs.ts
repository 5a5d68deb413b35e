// A run as its folder would tell it: the record and the metrics of a 2:4 training, from the schedule that trains.
import type { MetricPoint, RunRecord } from '../../../core/runs/run-record';
import { cubic } from '../../../core/sparsity/schedules/cubic';
import { normal } from './random';

export const totalSteps = 1250;
const schedule = cubic({ begin: 562, end: 875, every: 10 });

/** A point every fifth step, a test every 125th, up to `steps`. */
export function metricsUpTo(steps: number): MetricPoint[] {
  const noise = normal(5);
  const points: MetricPoint[] = [];
  for (let step = 5; step <= steps; step += 5) {
    // Loss decays to a floor; pruning hurts while it is quick, healing takes it back.
    const ramp = schedule.phase(step) === 'ramp' ? 0.1 * Math.sin(((step - 562) / 313) * Math.PI) : 0;
    const loss = Math.max(
      0.004,
      2.2 * Math.exp(-step / 70) + 0.06 * Math.exp(-step / 900) + ramp + 0.02 * noise(),
    );
    const trainAccuracy = Math.min(1, Math.max(0.08, 1 - loss * 0.32 + 0.008 * noise()));
    const tested = step % 125 === 0 ? { testAccuracy: Math.min(0.985, 0.982 - loss * 0.12) } : {};
    points.push({
      step,
      phase: schedule.phase(step),
      loss,
      trainAccuracy,
      ...tested,
      density: 1 - schedule.sparsityAt(step, 0.5),
      learningRate: 1e-3,
      seconds: step * 0.05,
    });
  }
  return points;
}

export function runRecord(change: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 2,
    id: '2026-10-14-convnet-nm',
    recipe: {
      version: 1,
      model: { file: 'convnet.py', name: 'convnet' },
      method: 'nm-magnitude',
      sparsity: 0.5,
      options: { denseShare: 0.45, rampShare: 0.25, maskEvery: 10 },
      data: { kind: 'digits', train: 8000, test: 2000 },
      training: {
        epochs: 10,
        batch: 64,
        optimizer: 'adam',
        learningRate: 1e-3,
        seed: 1,
        checkpointEvery: 125,
      },
      device: 'auto',
    },
    status: 'running',
    device: { id: 'wasm', name: 'WASM (embedded CPU)' },
    created: '2026-10-14T09:30:00.000Z',
    updated: '2026-10-14T09:30:40.000Z',
    step: 0,
    totalSteps,
    ...change,
  };
}

export const finishedRun = (): RunRecord =>
  runRecord({
    status: 'finished',
    step: totalSteps,
    result: {
      denseAccuracy: 0.9815,
      accuracy: 0.9795,
      sparsity: 0.5,
      params: { dense: 77_706, sparse: 39_322 },
      flops: { dense: 6_913_000, sparse: 3_521_000 },
      seconds: 62.4,
    },
  });

/** The same run as of a language model on text: perplexity falls as the loss does, and pruning costs some of it. */
export const languageMetrics = (steps: number): MetricPoint[] =>
  metricsUpTo(steps).map(({ testAccuracy, loss = 0, ...point }) => ({
    ...point,
    loss: loss + 1.5,
    trainAccuracy: 0.55 - 0.1 * loss,
    ...(testAccuracy === undefined
      ? {}
      : { testAccuracy: 0.5, metrics: { perplexity: Math.exp(loss + 1.6), accuracy: 0.5 - 0.1 * loss } }),
  }));

export function languageRun(change: Partial<RunRecord> = {}): RunRecord {
  const { recipe, result, ...record } = finishedRun();
  return {
    ...record,
    recipe: {
      ...recipe,
      model: { file: 'gpt.py', name: 'gpt' },
      data: { kind: 'text', file: 'shakespeare.txt', length: 0, test: 0.1 },
    },
    result: {
      ...result!,
      metrics: {
        dense: { perplexity: 4.87, accuracy: 0.521 },
        sparse: { perplexity: 5.02, accuracy: 0.513 },
      },
    },
    best: { step: 1250, metric: 'perplexity', value: 5.02, density: 0.5 },
    ...change,
  };
}

/** The same run as a method tells it that pushes scales towards zero: terms of its loss, means, a histogram every tenth. */
export function withFacts(points: readonly MetricPoint[]): MetricPoint[] {
  const edges = Array.from({ length: 21 }, (_, i) => i / 10);
  return points.map((point, i) => {
    const progress = point.step / totalSteps;
    const bell = (centre: number, count: number) =>
      edges.slice(1).map((edge) => Math.round(count * Math.exp(-(((edge - centre) / 0.18) ** 2))));
    const histogram = {
      of: '|γ|',
      edges,
      series: { keep: bell(1.2, 40), prune: bell(1 - 0.95 * progress, 60) },
    };
    return {
      ...point,
      parts: { hard: (point.loss ?? 0) * 0.7, soft: (point.loss ?? 0) * 0.3 },
      facts: {
        numbers: { 'mean |γ|: kept': 1.2, 'mean |γ|: doomed': 1 - 0.95 * progress, 'mask flips': 0.01 },
        ...(i % 10 === 0 ? { histograms: [histogram] } : {}),
      },
    };
  });
}
