// "Delete Run": moves the folders of runs to the trash.
import { Uri, window, workspace } from 'vscode';
import type { App } from '../app';
import { isRunTarget, pickRun } from '../runs/pick-run';
import { type Run, runTitle } from '../runs/run';
import type { Command } from './command';

export const deleteRun: Command = {
  async run(app, target, selection) {
    const deletable = ({ record }: Run) => record.status !== 'running';
    const selected = await selectedRuns(app, target, selection);
    if (selected.length > 1) return removeAll(app, selected.filter(deletable));
    const run = await pickRun(app, selected[0] ?? target, {
      fits: deletable,
      title: 'Delete run',
      none: 'stop it before deleting it',
    });
    if (run) await removeAll(app, [run]);
  },
};

/** What the tree passes, or what is selected in it when a key was pressed there. */
async function selectedRuns(app: App, target: unknown, selection: unknown): Promise<Run[]> {
  const targets = Array.isArray(selection) ? selection : target === keyPressed ? app.selectedRuns() : [];
  const runs = await Promise.all(targets.filter(isRunTarget).map(({ folder }) => app.runs.read(folder)));
  return runs.filter((run) => run !== undefined);
}

/** The argument of the key binding in package.json. */
const keyPressed = 'selection';

async function removeAll(app: App, runs: readonly Run[]): Promise<void> {
  const [first] = runs;
  if (!first) return;
  const what = runs.length === 1 ? runTitle(first.record) : `${runs.length} runs`;
  const where = runs.length === 1 ? 'The folder goes to the trash.' : 'Their folders go to the trash.';
  if (!(await confirm(`Delete ${what}?`, where, 'Delete'))) return;
  for (const run of runs) {
    await remove(run);
    app.panels.close(run.folder);
  }
  app.runs.changed();
}

/** Not every machine has a trash: deleting for good is asked for apart. */
async function remove(run: Run): Promise<void> {
  const uri = Uri.file(run.folder);
  try {
    await workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch {
    const question = `This machine has no trash for ${runTitle(run.record)}.`;
    if (await confirm(question, 'It would be deleted for good.', 'Delete for good')) {
      await workspace.fs.delete(uri, { recursive: true, useTrash: false });
    }
  }
}

const confirm = async (question: string, detail: string, go: string): Promise<boolean> =>
  (await window.showWarningMessage(question, { modal: true, detail }, go)) === go;
