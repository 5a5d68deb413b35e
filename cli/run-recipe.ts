// Runs a recipe to its end, with one line of progress.
import path from 'node:path';
import type { ModelReport } from '../core/analysis/report';
import { durationWords } from '../core/duration-words';
import { methods } from '../core/recipe/methods/table';
import type { Recipe } from '../core/recipe/recipe';
import { outcomesOf, testMetrics } from '../core/runs/headline';
import { metricKeys, metricName, metricText } from '../core/runs/metric-words';
import type { MetricPoint, RunRecord } from '../core/runs/run-record';
import { outcomeWords } from '../core/sparsity/budget';
import type { RunProgress } from '../core/protocol/training-host';
import type { LocalHost } from './host';

export interface RecipeRun {
  readonly recipe: Recipe;
  readonly model: ModelReport;
  /** What relative paths of the recipe start from. */
  readonly baseFolder: string;
  readonly recipeFile?: string;
}

export interface EndedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Throws one line when the method does not apply to the model, or the run could not begin. */
export async function runRecipe(
  host: LocalHost,
  { recipe, model, baseFolder, recipeFile }: RecipeRun,
): Promise<EndedRun> {
  const method = methods.get(recipe.method);
  const fit = method?.applies(model);
  if (fit && !fit.ok)
    throw new Error(`${method!.title} does not apply to ${model.graph.name}: ${fit.reason}`);
  const runsFolder = path.join(baseFolder, '.espalier', 'runs');
  const { id } = await host.ask('runs/start', {
    recipe,
    graph: model.graph,
    baseFolder,
    runsFolder,
    ...(recipeFile ? { recipeFile } : {}),
  });
  const folder = path.join(runsFolder, id);
  return { folder, record: await host.ended(folder) };
}

/** `step 420/1000 · ramp · loss 0.083 · accuracy 97.9 % · density 0.62 · 12 s left`. */
export function progressText({ step, totalSteps, phase, etaSeconds, point }: RunProgress): string {
  return [
    `step ${step}/${totalSteps}`,
    phase,
    ...(point.loss === undefined ? [] : [`loss ${point.loss.toPrecision(2)}`]),
    ...testText(point),
    `density ${point.density.toFixed(2)}`,
    `${durationWords(etaSeconds)} left`,
  ].join(' · ');
}

/** How far confidence is from accuracy is for the record: a line has room for what people wait for. */
function testText(point: MetricPoint): string[] {
  const tested = testMetrics(point) ?? {};
  return metricKeys(tested)
    .filter((key) => key !== 'calibrationError')
    .map((key) => `${metricName(key)} ${metricText(key, tested[key]!)}`);
}

/** What a finished run reached, or why it ended. */
export function outcomeText({ status, result, error, step, totalSteps, budget }: RunRecord): string {
  if (!result) return error ?? `${status} at step ${step} of ${totalSteps}`;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    ...outcomesOf(result).map(
      ({ key, dense, sparse }) =>
        `${key === 'accuracy' ? key : metricName(key)} ${metricText(key, dense)} dense → ${metricText(key, sparse)}`,
    ),
    `${percent(result.sparsity)} sparse`,
    `parameters ${result.params.dense} → ${result.params.sparse}`,
    `FLOPs ${result.flops.dense} → ${result.flops.sparse}`,
    ...(budget ? [outcomeWords(budget)] : []),
    durationWords(result.seconds),
  ].join(' · ');
}
