// "Compare Runs": those that are selected in the tree, or one and others that are picked.
import { window } from 'vscode';
import type { App } from '../app';
import { Explanation } from '../explanation';
import { isRunTarget, pickRun } from '../runs/pick-run';
import { type Run, runTitle } from '../runs/run';
import { statusLine } from '../runs/words';
import { foldersText } from '../views/folders';
import type { Command } from './command';

export const compareRuns: Command = {
  async run(app, target, selection) {
    const selected = Array.isArray(selection) ? selection.filter(isRunTarget) : [];
    const folders = selected.length > 1 ? selected.map(({ folder }) => folder) : await pick(app, target);
    if (folders.length > 1) await app.panels.open('compare', foldersText(folders));
  },
};

async function pick(app: App, target: unknown): Promise<string[]> {
  if ((await app.runs.list()).length < 2)
    throw new Explanation('there are not two runs yet that could be compared');
  const first = await pickRun(app, target, { fits: () => true, title: 'Compare runs', none: 'no run' });
  if (!first) return [];
  const others = (await app.runs.list()).filter(({ folder }) => folder !== first.folder);
  const items = others.map((run) => ({
    label: runTitle(run.record),
    description: statusLine(run.record, app.runs.standings.get(run.folder)),
    detail: run.record.id,
    run,
  }));
  const title = `Compare ${runTitle(first.record)}`;
  const picked = await window.showQuickPick<(typeof items)[number] & { run: Run }>(items, {
    title,
    placeHolder: 'With which runs? The newest is first.',
    canPickMany: true,
    matchOnDetail: true,
  });
  return picked && picked.length > 0 ? [first.folder, ...picked.map(({ run }) => run.folder)] : [];
}
