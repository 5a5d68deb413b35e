// "Write Widths into Source": what a run left of each layer, as edits of the model's file that are looked at first.
import path from 'node:path';
import { ProgressLocation, Uri, window } from 'vscode';
import type { App } from '../app';
import { reasonOf } from '../log';
import { Explanation } from '../explanation';
import { openModelFile } from '../model/models';
import { isRunTarget, pickRun } from '../runs/pick-run';
import { isFinished, removesChannels, runTitle } from '../runs/run';
import { showHindrances } from '../widths/hindrances';
import { review } from '../widths/review';
import type { Command } from './command';

export const writeWidths: Command = {
  async run(app, target) {
    const run = await pickRun(app, target, {
      // Of a run that is named the training host says why it has no widths.
      fits: (candidate) => isFinished(candidate) && (isRunTarget(target) || removesChannels(candidate)),
      title: 'Write widths into source',
      none: 'no finished run that removed channels',
    });
    if (!run) return;
    const title = `Widths of ${runTitle(run.record)}`;
    const { file, answer } = await window.withProgress(
      { location: ProgressLocation.Notification, title },
      () => ask(app, run.folder),
    );
    if (answer.edits.length === 0) return showHindrances(answer.hindrances, run);
    if (answer.notes.length > 0) void window.showWarningMessage(`${title}: ${answer.notes.join('; ')}`);
    await review(answer, run, path.basename(file.fsPath));
  },
};

async function ask({ trainingHost, languageServer }: App, folder: string) {
  try {
    const { file, ...wanted } = await trainingHost.ask('export/widths', { folder });
    const uri = Uri.file(file);
    await openModelFile(uri);
    return {
      file: uri,
      answer: await languageServer.ask('espalier/writeWidths', { uri: uri.toString(), ...wanted }),
    };
  } catch (error) {
    throw error instanceof Explanation ? error : new Explanation(reasonOf(error));
  }
}
