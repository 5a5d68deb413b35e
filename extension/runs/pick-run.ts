// Finds the run a command acts on: the one named, the model's latest, the only one, or the one people pick.
import { Uri, window } from 'vscode';
import type { RunTarget } from '../../core/protocol/commands';
import type { App } from '../app';
import { isModelTarget } from '../model/models';
import { isRunOf, type Run, runTitle } from './run';
import { statusLine } from './words';
import { Explanation } from '../explanation';

export interface Wanted {
  /** Which runs will do. */
  readonly fits: (run: Run) => boolean;
  /** Title of the picker: `Show masks`. */
  readonly title: string;
  /** What to say when no run will do: `no finished run`. */
  readonly none: string;
}

export function isRunTarget(target: unknown): target is RunTarget {
  return (
    typeof target === 'object' && target !== null && typeof (target as Partial<RunTarget>).folder === 'string'
  );
}

/** Undefined when nobody chose; rejects when there is nothing to choose. */
export async function pickRun(app: App, target: unknown, wanted: Wanted): Promise<Run | undefined> {
  if (isRunTarget(target)) return named(app, target.folder, wanted);
  const all = await app.runs.list();
  const fitting = all.filter(wanted.fits);
  if (isModelTarget(target)) {
    const file = Uri.parse(target.uri, true).fsPath;
    const latest = fitting.find((run) => isRunOf(run, file, target.model));
    if (!latest) throw new Explanation(`${wanted.none} of ${target.model} yet: train it first`);
    return latest;
  }
  if (fitting.length === 0)
    throw new Explanation(all.length === 0 ? 'no runs yet: train a model first' : wanted.none);
  if (fitting.length === 1) return fitting[0];
  const items = fitting.map((run) => ({
    label: runTitle(run.record),
    description: statusLine(run.record, app.runs.standings.get(run.folder)),
    detail: run.record.id,
    run,
  }));
  const options = {
    title: wanted.title,
    placeHolder: 'Which run? The newest is first.',
    matchOnDetail: true,
  };
  return (await window.showQuickPick(items, options))?.run;
}

async function named(app: App, folder: string, wanted: Wanted): Promise<Run> {
  const run = await app.runs.read(folder);
  if (!run)
    throw new Explanation(`cannot read run.json in ${folder}: the run was deleted or is not one of ours`);
  if (!wanted.fits(run))
    throw new Explanation(`${runTitle(run.record)} is ${run.record.status}: ${wanted.none}`);
  return run;
}
