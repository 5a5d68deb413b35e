// Runs beside each other: the facts people choose by, one row each, a value a run. Views and the command line show it.
import { formatExact, formatFlops } from '../analysis/format';
import { durationWords } from '../duration-words';
import { methods } from '../recipe/methods/table';
import { outcomeWords } from '../sparsity/budget';
import type { LatencyReport } from './latency-report';
import { headlineOf } from './headline';
import { metricName, metricText } from './metric-words';
import type { RunRecord, RunResult } from './run-record';
import { formatRatio, isSpeedup } from './speedup';

export interface ComparedRun {
  readonly record: RunRecord;
  /** The last benchmark, where there was one. */
  readonly latency?: LatencyReport | null;
}

export interface ComparisonRow {
  readonly name: string;
  /** One a run, in their order; `–` where it is not known. */
  readonly values: readonly string[];
  /** Whether they are not all the same. */
  readonly differs: boolean;
}

const unknown = '–';
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const metric = (key: string, value: number): string => `${metricName(key)} ${metricText(key, value)}`;

function outcome(result: RunResult, which: 'dense' | 'sparse'): string {
  const { key, [which]: value } = headlineOf(result);
  return metric(key, value);
}

type Fact = readonly [name: string, value: (run: ComparedRun) => string | null | undefined];

const facts: readonly Fact[] = [
  [
    'status',
    ({ record: { status, step, totalSteps } }) =>
      status === 'finished' ? status : `${status} at step ${step} of ${totalSteps}`,
  ],
  ['model', ({ record }) => record.recipe.model.name],
  ['method', ({ record }) => methods.get(record.recipe.method)?.title ?? record.recipe.method],
  ['data', ({ record }) => dataWords(record)],
  ['before pruning', ({ record: { result } }) => result && outcome(result, 'dense')],
  ['at the end', ({ record: { result } }) => result && outcome(result, 'sparse')],
  ['best', ({ record: { best } }) => best && `${metric(best.metric, best.value)} at step ${best.step}`],
  [
    'density',
    ({ record: { result, best } }) => (result ? percent(1 - result.sparsity) : best && percent(best.density)),
  ],
  ['parameters that are not zero', ({ record: { result } }) => result && formatExact(result.params.sparse)],
  ['FLOPs a sample', ({ record: { result } }) => result && formatFlops(result.flops.sparse)],
  ['budget', ({ record: { budget } }) => budget && outcomeWords(budget)],
  [
    'latency',
    ({ latency }) => latency && `${latency.total.sparse.median.toFixed(3)} ms, batch ${latency.batch}`,
  ],
  [
    'dense / sparse',
    ({ latency }) =>
      latency && (isSpeedup(latency.total) ? formatRatio(latency.total.speedup) : 'no speed-up'),
  ],
  ['measured on', ({ latency }) => latency?.engine],
  ['trained in', ({ record: { result } }) => result && durationWords(result.seconds)],
  ['device', ({ record }) => record.device.name],
];

/** Facts that some run knows, then every field of the recipes that is not the same in all. */
export function compareRuns(runs: readonly ComparedRun[]): ComparisonRow[] {
  const known = facts
    .map(([name, value]) =>
      row(
        name,
        runs.map((run) => value(run) ?? unknown),
      ),
    )
    .filter(({ values }) => values.some((value) => value !== unknown));
  const fields = runs.map(({ record }) => fieldsOf(record));
  const names = [...new Set(fields.flatMap((of) => [...of.keys()]))].sort();
  const settings = names
    .map((name) =>
      row(
        name,
        fields.map((of) => of.get(name) ?? unknown),
      ),
    )
    .filter(({ differs }) => differs);
  return [...known, ...settings];
}

const row = (name: string, values: readonly string[]): ComparisonRow => ({
  name,
  values,
  differs: new Set(values).size > 1,
});

/** `digits, 8,000 + 2,000`; a kind and its place where there is one. */
export function dataWords({ recipe: { data } }: RunRecord): string {
  const { kind, ...rest } = data as { readonly kind: string } & Readonly<Record<string, unknown>>;
  const place = ['folder', 'file', 'inputs']
    .map((key) => rest[key])
    .find((value) => typeof value === 'string');
  const { train, test } = rest;
  if (place) return `${kind} in ${place}`;
  if (typeof train !== 'number' || typeof test !== 'number') return kind;
  return `${kind}, ${formatExact(train)} + ${formatExact(test)}`;
}

/** The recipe's own fields by path, as text: `training.learningRate` → `0.01`. Model, method and data have rows of their own. */
function fieldsOf({ recipe }: RunRecord): Map<string, string> {
  const { version: _, model: __, method: ___, data: ____, ...rest } = recipe;
  const fields = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (value !== undefined) fields.set(path, typeof value === 'string' ? value : JSON.stringify(value));
      return;
    }
    for (const [key, item] of Object.entries(value)) walk(item, path ? `${path}.${key}` : key);
  };
  walk(rest, '');
  return fields;
}
