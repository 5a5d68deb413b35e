// "Delete Run": moves a run's folder to the trash.
import { Uri, window, workspace } from 'vscode';
import { pickRun } from '../runs/pick-run';
import { type Run, runTitle } from '../runs/run';
import type { Command } from './command';

export const deleteRun: Command = {
  async run(app, target) {
    const deletable = ({ record }: Run) => record.status !== 'running';
    const run = await pickRun(app, target, {
      fits: deletable,
      title: 'Delete run',
      none: 'stop it before deleting it',
    });
    if (
      !run ||
      !(await confirm(`Delete ${runTitle(run.record)}?`, 'The folder goes to the trash.', 'Delete'))
    )
      return;
    await remove(run);
    app.panels.close(run.folder);
    app.runs.changed();
  },
};

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
