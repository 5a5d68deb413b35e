// A run as the extension sees it: its folder and what `run.json` says.
import path from 'node:path';
import { methods } from '../../core/recipe/methods/table';
import type { RunRecord } from '../../core/runs/run-record';

export interface Run {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Where the runs of a project lie, below the workspace folder or the model's own folder. */
export const runsFolderIn = (folder: string): string => path.join(folder, '.espalier', 'runs');

export const methodTitle = ({ recipe }: RunRecord): string =>
  methods.get(recipe.method)?.title ?? recipe.method;

/** `convnet · 2:4 magnitude`: what a run is called in lists, titles and messages. */
export const runTitle = (record: RunRecord): string => `${record.recipe.model.name} · ${methodTitle(record)}`;

/** Whether a run trained this model of this file. Runs from the command line may not know their recipe's place. */
export function isRunOf({ record }: Run, file: string, model: string): boolean {
  const { recipe, recipeFile } = record;
  if (recipe.model.name !== model) return false;
  if (!recipeFile) return path.basename(recipe.model.file) === path.basename(file);
  return path.resolve(path.dirname(recipeFile), recipe.model.file) === path.resolve(file);
}

export const canResume = ({ record }: Run): boolean =>
  record.status === 'stopped' || record.status === 'interrupted' || record.status === 'failed';

/** Whether its method takes channels away: then layers are narrower than the source says. */
export const removesChannels = ({ record }: Pick<Run, 'record'>): boolean =>
  methods.get(record.recipe.method)?.pattern === 'channel';

/** Masks, latency and exports need weights that were trained to the end. */
export const isFinished = ({ record }: Run): boolean => record.status === 'finished';
