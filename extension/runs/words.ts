// What people read about runs: the progress line, the last message, the tree's labels.
import { formatFlops } from '../../core/analysis/format';
import { durationWords } from '../../core/duration-words';
import type { RunProgress } from '../../core/protocol/training-host';
import { dataWords } from '../../core/runs/compare';
import { headlineKey, headlineOf, testMetrics } from '../../core/runs/headline';
import { metricName, metricText } from '../../core/runs/metric-words';
import type { MetricPoint, RunRecord, RunResult } from '../../core/runs/run-record';
import { methodTitle, runTitle } from './run';

/** The last known value of what is measured only now and then. */
export type Known = Pick<MetricPoint, 'loss' | 'trainAccuracy' | 'metrics'>;

/** Where a run stands between two checkpoints. */
export interface Standing {
  readonly step: number;
  readonly density: number;
  readonly known: Known;
}

export function remember(known: Known, point: MetricPoint): Known {
  const { loss, trainAccuracy } = point;
  const metrics = testMetrics(point);
  return {
    ...known,
    ...(loss === undefined ? {} : { loss }),
    ...(trainAccuracy === undefined ? {} : { trainAccuracy }),
    ...(metrics ? { metrics } : {}),
  };
}

/** `step 420/1000 · loss 0.08 · acc 97.9 % · sparsity 38 % · 0:42 left`. */
export function progressLine({ step, totalSteps, etaSeconds, point }: RunProgress, known: Known): string {
  return [
    `step ${step}/${totalSteps}`,
    ...(known.loss === undefined ? [] : [`loss ${formatLoss(known.loss)}`]),
    ...goodness(known),
    `sparsity ${Math.round((1 - point.density) * 100)} %`,
    // The first steps are no basis for a guess, and a host that does not guess says 0.
    ...(etaSeconds > 0 ? [`${durationWords(etaSeconds)} left`] : []),
  ].join(' · ');
}

/** How good it is by what is known: the task's metric once it was tested, until then right answers in training. */
function goodness({ metrics, trainAccuracy }: Omit<Known, 'loss'>): string[] {
  const key = metrics && headlineKey(metrics);
  const accuracy = key === 'accuracy' || !key ? (metrics?.['accuracy'] ?? trainAccuracy) : undefined;
  if (accuracy !== undefined) return [`acc ${formatPercent(accuracy)}`];
  return key ? [`${metricName(key)} ${metricText(key, metrics[key] ?? NaN)}`] : [];
}

/** `convnet · 2:4 magnitude: accuracy 98.1 % → 97.9 %, 50 % sparse, 1.20 MFLOPs → 1.20 MFLOPs`. */
export function resultLine(record: RunRecord): string {
  const { result } = record;
  if (!result) return `${runTitle(record)}: finished`;
  const { sparsity, flops } = result;
  const { key, dense, sparse } = headlineOf(result);
  const name = key === 'accuracy' ? key : metricName(key);
  const [before, after] = [metricText(key, dense), metricText(key, sparse)];
  return `${runTitle(record)}: ${name} ${before} → ${after}, ${Math.round(sparsity * 100)} % sparse, ${formatFlops(flops.dense)} → ${formatFlops(flops.sparse)}`;
}

/** What stands beside a run's title in lists: how it is, and how good. @param standing where it stands now, if it runs. */
export function statusLine(record: RunRecord, standing?: Standing): string {
  const { status, step, totalSteps, result, error, waitingFor } = record;
  switch (status) {
    case 'running':
      if (waitingFor) return `waiting for the device: run ${waitingFor}`;
      return [`running · step ${standing?.step ?? step}/${totalSteps}`, ...nowWords(standing)].join(' · ');
    case 'finished':
      return result ? `${headline(result)} · ${Math.round(result.sparsity * 100)} % sparse` : 'finished';
    case 'stopped':
    case 'interrupted':
      return `${status} at step ${step}/${totalSteps}`;
    case 'failed':
      return error ? `failed: ${error}` : 'failed';
  }
}

/** `acc 97.9 %`; the loss where nothing is known that says more. */
function nowWords({ known }: Partial<Standing> = {}): string[] {
  if (!known) return [];
  const good = goodness(known);
  return good.length > 0 || known.loss === undefined ? good : [`loss ${formatLoss(known.loss)}`];
}

/** A share needs no name; a perplexity does. */
function headline(result: RunResult): string {
  const { key, sparse } = headlineOf(result);
  return key === 'accuracy' ? metricText(key, sparse) : `${metricName(key)} ${metricText(key, sparse)}`;
}

/**
 * What the tree says beside a run: how it is, how far it has come where the end is not reached (now if it runs, at its
 * best if it does not), and on what data.
 */
export function treeLine(record: RunRecord, standing?: Standing): string {
  const { status, best } = record;
  const density = (value: number) => `density ${value.toFixed(2)}`;
  const reached =
    status === 'running' && standing
      ? [density(standing.density)]
      : best && status !== 'finished'
        ? [`${metricName(best.metric)} ${metricText(best.metric, best.value)}, ${density(best.density)}`]
        : [];
  return [statusLine(record, standing), ...reached, methodTitle(record), dataWords(record)].join(' · ');
}

export const formatPercent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const formatLoss = (loss: number): string => (Number.isFinite(loss) ? loss.toPrecision(2) : String(loss));
