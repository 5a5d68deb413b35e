// What a finished run left of a model's widths, and of which file: for writing them into its source.
import path from 'node:path';
import type { RunWidths } from '../../core/protocol/training-host';
import type { RunFolder } from '../runs/run-folder';
import { sourceFile } from './source-file';

/** Rejects with one line while the run goes on, where it removed no channels, and where the model's file is gone. */
export async function runWidths(run: RunFolder): Promise<RunWidths> {
  const record = await run.record();
  const { model, method } = record.recipe;
  if (record.status !== 'finished')
    throw new Error(`run ${record.id} is ${record.status}: its widths are known once it has finished`);
  if (!(await run.kept()))
    throw new Error(
      `run ${record.id} (${method}) prunes weights, not channels: every layer keeps its width, and the source fits`,
    );
  const file = sourceFile(record, run.folder);
  if (!file)
    throw new Error(`${path.basename(model.file)}, which run ${record.id} trained from, is no longer there`);
  const [dense, sparse] = await Promise.all([run.graph(), run.graphOf({ structure: 'sparse' })]);
  return { file, model: model.name, dense, sparse };
}
