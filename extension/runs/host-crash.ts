// The training host died: one message, with a way to the log and, where a run was live, a way on.
import { commands as vscodeCommands, window } from 'vscode';
import { commands } from '../../core/protocol/commands';
import type { App } from '../app';
import { log } from '../log';
import { runTitle } from './run';

/** `asked`: a command or view was waiting for an answer, and tells the reason itself. */
export async function onHostCrash(app: App, reason: string, asked: boolean): Promise<void> {
  log().error(reason);
  const lost = app.live.lost(reason);
  app.runs.changed();
  for (const { folder } of lost) app.panels.reload(folder);
  const show = 'Show log';
  const resume = 'Resume';
  const [run] = lost;
  if (!run && asked) return;
  const message = run
    ? `${runTitle(run.record)} was interrupted: ${reason}. What was checkpointed is there.`
    : `Espalier: ${reason}. The next command starts it again.`;
  const choice = await window.showErrorMessage(message, ...(run ? [resume, show] : [show]));
  if (choice === resume && run)
    await vscodeCommands.executeCommand(commands.resumeRun, { folder: run.folder });
  if (choice === show) log().show();
}
