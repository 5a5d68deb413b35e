// Starts or continues a run in the training host, opens its view, and follows it.
import path from 'node:path';
import { type Uri, window } from 'vscode';
import { wouldDiffer } from '../../core/protocol/training-host';
import type { Recipe } from '../../core/recipe/recipe';
import type { App } from '../app';
import { readSetting } from '../manifest/read-setting';
import { settings } from '../manifest/settings';
import { traceModel } from '../model/models';
import { log, reasonOf } from '../log';
import { requireTrust } from '../trust';
import { followRun } from './follow-run';
import { type Run, runTitle } from './run';
import type { RunRecord } from '../../core/runs/run-record';

/** Runs a recipe file. Rejects with one line when it cannot begin; what comes later is told by {@link followRun}. */
export async function startRun(app: App, recipeFile: Uri, recipe: Recipe): Promise<void> {
  requireTrust('Training');
  const baseFolder = path.dirname(recipeFile.fsPath);
  const { graph } = await traceModel(app, path.resolve(baseFolder, recipe.model.file), recipe.model.name);
  const runsFolder = await app.runs.folderFor(recipeFile);
  const record = await app.trainingHost.ask('runs/start', {
    recipe: withDevice(recipe),
    graph,
    baseFolder,
    runsFolder,
    recipeFile: recipeFile.fsPath,
  });
  await showAndFollow(app, path.join(runsFolder, record.id), record);
}

export async function resumeRun(app: App, run: Run): Promise<void> {
  requireTrust('Training');
  const record = await resumed(app, run);
  if (record) await showAndFollow(app, run.folder, record);
}

/** What changed since the run began is told, and gone on with only when people say so. */
async function resumed(app: App, { folder, record }: Run): Promise<RunRecord | undefined> {
  try {
    return await app.trainingHost.ask('runs/resume', { folder });
  } catch (error) {
    const detail = reasonOf(error);
    if (!detail.includes(wouldDiffer)) throw error;
    const go = 'Resume anyway';
    const question = `Resume ${runTitle(record)} though something changed?`;
    const choice = await window.showWarningMessage(question, { modal: true, detail }, go);
    return choice === go ? app.trainingHost.ask('runs/resume', { folder, force: true }) : undefined;
  }
}

/** `auto` in a recipe leaves the choice to the machine; the setting is the machine's word. */
export function withDevice(recipe: Recipe): Recipe {
  return recipe.device === 'auto' ? { ...recipe, device: readSetting(settings.device) } : recipe;
}

async function showAndFollow(app: App, folder: string, record: RunRecord): Promise<void> {
  const run = app.live.begin(folder, record);
  app.runs.changed();
  await app.panels.open('run', folder).catch((error: unknown) => log().error(reasonOf(error)));
  // Not awaited: the command is done when the run runs.
  void followRun(app, run);
}
