// What a scaling law sees of a finished run: its size, what it was trained on, and its test loss.
import type { ModelGraph } from '../graph/model-graph';
import type { Observation } from '../scaling-law/law';
import { headlineOf } from './headline';
import type { RunRecord } from './run-record';

export interface LawRun extends Observation {
  readonly id: string;
  /** Runs of one law: same method, share of zeros, kind of data and metric. */
  readonly family: string;
  /** What `loss` is: nats a token, or the share of a test metric that is missing. */
  readonly unit: string;
  /** What `tokens` counts. */
  readonly counts: 'tokens' | 'samples';
  /** All parameters, zeros too. */
  readonly dense: number;
}

/**
 * N = parameters that are not zero, D = steps × batch × tokens of a sample, L = ln perplexity; of models that do not
 * tell tokens, D counts samples and L is what the main metric lacks of 1. Throws one line for a run that has not finished.
 */
export function lawRun({ id, recipe, status, totalSteps, result }: RunRecord, graph: ModelGraph): LawRun {
  if (status !== 'finished' || !result) throw new Error(`run ${id} has not finished: it is ${status}`);
  const { key, sparse } = headlineOf(result);
  const { train, length, ...data } = recipe.data as unknown as Readonly<Record<string, unknown>>;
  const isLanguage = key === 'perplexity';
  const shape = graph.values[graph.inputs[0] ?? '']?.shape ?? [];
  const context = isLanguage ? Number(length) || Number(shape[1]) : 1;
  // A set smaller than a batch makes one smaller batch an epoch.
  const batch = Math.min(recipe.training.batch, typeof train === 'number' ? train : Infinity);
  const run = {
    parameters: result.params.sparse,
    tokens: totalSteps * batch * context,
    loss: isLanguage ? Math.log(sparse) : 1 - sparse,
  };
  const wrong = Object.entries(run).find(([, value]) => !(value > 0 && Number.isFinite(value)));
  if (wrong) throw new Error(`run ${id} cannot be fitted: its ${wrong[0]} is ${wrong[1]}`);
  const share = `${Math.round(result.sparsity * 100)} %`;
  const told = Object.entries({ ...data, kind: undefined }).flatMap(([name, value]) =>
    value === undefined ? [] : `${name} ${String(value)}`,
  );
  return {
    ...{ id, ...run, dense: result.params.dense },
    family: `${recipe.method} at ${share} on ${String(data['kind'])}${told.length > 0 ? ` (${told.join(', ')})` : ''}, ${key}`,
    unit: isLanguage ? 'nats a token' : `1 − ${key}`,
    counts: isLanguage ? 'tokens' : 'samples',
  };
}
