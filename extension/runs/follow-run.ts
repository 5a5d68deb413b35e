// Follows a live run with one notification while it runs and one message when it has ended.
import {
  type CancellationToken,
  commands as vscodeCommands,
  type Progress,
  ProgressLocation,
  window,
} from 'vscode';
import { commands, type RunTarget } from '../../core/protocol/commands';
import type { RunRecord } from '../../core/runs/run-record';
import type { App } from '../app';
import { log } from '../log';
import type { LiveRun } from './live-runs';
import { removesChannels, runTitle } from './run';
import { stopRun } from './stop-run';
import { progressLine, resultLine } from './words';

/** Resolves when the run has ended in whatever way and its message has been shown; never rejects. */
export async function followRun(app: App, run: LiveRun): Promise<void> {
  await window.withProgress(
    { location: ProgressLocation.Notification, title: runTitle(run.record), cancellable: true },
    (progress, token) => showProgress(app, run, progress, token),
  );
  // A lost host is told once, for all its runs, where its end is seen.
  const record = await run.ended.catch(() => undefined);
  app.runs.changed();
  if (record) await announce(run.folder, record);
}

async function showProgress(
  app: App,
  run: LiveRun,
  progress: Progress<{ message?: string; increment?: number }>,
  token: CancellationToken,
): Promise<void> {
  let shown = 0;
  let stopping = false;
  const stopListening = app.live.onDidChange((folder) => {
    if (folder !== run.folder || !run.progress || stopping) return;
    const { step, totalSteps } = run.progress;
    const done = totalSteps > 0 ? (step / totalSteps) * 100 : 0;
    progress.report({ message: progressLine(run.progress, run.known), increment: Math.max(0, done - shown) });
    shown = Math.max(shown, done);
  });
  const cancelled = token.onCancellationRequested(() => {
    stopping = true;
    progress.report({ message: 'stopping after a checkpoint…' });
    void stopRun(app.trainingHost, run.folder);
  });
  await run.ended.catch(() => undefined);
  stopListening();
  cancelled.dispose();
}

async function announce(folder: string, record: RunRecord): Promise<void> {
  const target: RunTarget = { folder };
  const act = (command: string) => vscodeCommands.executeCommand(command, target);
  if (record.status === 'finished') {
    const choices = [
      'Masks',
      'Benchmark',
      'Export',
      ...(removesChannels({ record }) ? ['Write widths'] : []),
    ];
    const choice = await window.showInformationMessage(resultLine(record), ...choices);
    if (choice === 'Masks') await act(commands.showMasks);
    if (choice === 'Benchmark') await act(commands.benchmark);
    if (choice === 'Export') await act(commands.exportModel);
    if (choice === 'Write widths') await act(commands.writeWidths);
    return;
  }
  const title = runTitle(record);
  if (record.status === 'failed') {
    const choice = await window.showErrorMessage(
      `${title}: ${record.error ?? 'failed'}`,
      'Resume',
      'Show log',
    );
    if (choice === 'Resume') await act(commands.resumeRun);
    if (choice === 'Show log') log().show();
    return;
  }
  const message = `${title}: stopped at step ${record.step} of ${record.totalSteps}`;
  if ((await window.showInformationMessage(message, 'Resume')) === 'Resume') await act(commands.resumeRun);
}
