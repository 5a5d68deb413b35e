// Exports a run's sparse model, compared with what our executor computes on the embedded device.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ExportResult } from '../../core/protocol/training-host';
import type { RunRecord } from '../../core/runs/run-record';
import type { HostContext } from '../handlers/context';
import type { RunFolder, Which } from '../runs/run-folder';
import { checkInputs } from './check-inputs';
import { exportModel, type ExportModelRequest } from './export-model';
import { settledMasks } from './settled-masks';
import { trainedGrids } from './trained-grids';
import type { ModelSource } from './load-script';
import { predictWithExecutor } from './reference';

export interface ExportRunOptions {
  /** A key of the table of formats. */
  readonly format: string;
  /** A folder, or a file with the format's extension. */
  readonly destination: string;
  readonly which?: Which | 'dense' | undefined;
}

/** Rejects with one line; nothing at the destination has changed then. */
export async function exportRun(
  run: RunFolder,
  { distDir, onDevice }: Pick<HostContext, 'distDir' | 'onDevice'>,
  options: ExportRunOptions,
  signal?: AbortSignal,
): Promise<ExportResult> {
  const record = await run.record();
  const { model, ...known } = await chosen(run, record, options.which);
  const source = sourceOf(record, run.folder);
  const { tensors: inputs, what: inputsAre } = await checkInputs(record, model);
  const request = { ...options, ...known, model, inputs, inputsAre, predict: predictWithExecutor, distDir };
  // The embedded device: there on every machine, and float32 throughout.
  return onDevice('wasm', () => exportModel({ ...request, ...(source ? { source } : {}) }), signal);
}

/** The model, and what is known of its zeros and of the whole numbers that it was trained for. */
async function chosen(
  run: RunFolder,
  record: RunRecord,
  which: ExportRunOptions['which'],
): Promise<Pick<ExportModelRequest, 'model' | 'masks' | 'grids'>> {
  if (which === 'dense') return { model: await run.denseModel() };
  const checkpoint = await run.chosen(which);
  const model = { graph: await run.graphOf(checkpoint), weights: checkpoint.weights };
  return {
    model,
    masks: settledMasks(model, checkpoint.masks),
    grids: trainedGrids(record, model, checkpoint),
  };
}

/** The model's file, if it is still where the recipe says; without it the script asks for the file. */
function sourceOf({ recipe, recipeFile, baseFolder }: RunRecord, folder: string): ModelSource | undefined {
  // `.espalier/runs/<id>` lies in the workspace, which is where relative paths usually start.
  const workspace = path.resolve(folder, '../../..');
  const bases = [baseFolder, recipeFile && path.dirname(recipeFile), workspace].filter(
    (base) => base !== undefined,
  );
  const file = bases.map((base) => path.resolve(base, recipe.model.file)).find((place) => existsSync(place));
  return file ? { file, name: recipe.model.name } : undefined;
}
