// Exports a run's sparse model, compared with what our executor computes on the embedded device.
import type { ExportResult } from '../../core/protocol/training-host';
import type { RunRecord } from '../../core/runs/run-record';
import type { HostContext } from '../handlers/context';
import type { RunFolder, Which } from '../runs/run-folder';
import { checkInputs } from './check-inputs';
import { exportModel, type ExportModelRequest } from './export-model';
import { settledMasks } from './settled-masks';
import { sourceFile } from './source-file';
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
function sourceOf(record: RunRecord, folder: string): ModelSource | undefined {
  const file = sourceFile(record, folder);
  return file === undefined ? undefined : { file, name: record.recipe.model.name };
}
