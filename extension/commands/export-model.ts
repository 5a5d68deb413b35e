// "Export Model": writes the sparse model for another framework, checked by reloading, and says where it lies.
import path from 'node:path';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { exportFormats } from '../../core/runs/export-formats';
import { metricName, metricText } from '../../core/runs/metric-words';
import type { RunRecord } from '../../core/runs/run-record';
import { modelFileName } from '../files/model-file-name';
import { reveal } from '../files/reveal';
import { log } from '../log';
import { pickRun } from '../runs/pick-run';
import { isFinished, runTitle } from '../runs/run';
import type { Command } from './command';

const formats = exportFormats.map(({ label, detail, id, extension }) => ({ label, detail, id, extension }));

export const exportModel: Command = {
  async run(app, target) {
    const wanted = { fits: isFinished, title: 'Export model', none: 'no finished run' };
    const run = await pickRun(app, target, wanted);
    if (!run) return;
    const title = `Export ${runTitle(run.record)}`;
    const picked = await window.showQuickPick(formats, { title, placeHolder: 'Which format?' });
    if (!picked) return;
    const which = await askWhich(run.record, title);
    if (!which) return;
    const [folder] = (await askFolder(run.record.recipeFile, title)) ?? [];
    if (!folder) return;
    const { model, method } = run.record.recipe;
    // Named after the method too, so that exports of two runs lie side by side.
    const file = Uri.joinPath(folder, modelFileName(model.name, method, picked.extension.slice(1)));
    if (!(await mayWrite(file))) return;
    const { files, summary, hint } = await window.withProgress(
      { location: ProgressLocation.Notification, title },
      () =>
        app.trainingHost.ask('export/run', {
          folder: run.folder,
          format: picked.id,
          destination: file.fsPath,
          which,
        }),
    );
    const [first] = files;
    const show = 'Show file';
    if (hint !== undefined) log().info(hint);
    const choice = await window.showInformationMessage(summary, ...(first ? [show] : []));
    if (choice === show && first) await reveal(Uri.file(first));
  },
};

/** Asked only where the two are not the same checkpoint. */
async function askWhich({ best, step }: RunRecord, title: string): Promise<'last' | 'best' | undefined> {
  if (!best || best.step === step) return 'last';
  const items = [
    {
      label: 'Last',
      detail: `Step ${step}: what the result and the latency are of.`,
      which: 'last' as const,
    },
    {
      label: 'Best',
      detail: `Step ${best.step}: ${metricName(best.metric)} ${metricText(best.metric, best.value)} on the test data, density ${best.density.toFixed(2)}.`,
      which: 'best' as const,
    },
  ];
  return (await window.showQuickPick(items, { title, placeHolder: 'Which checkpoint?' }))?.which;
}

const askFolder = (recipeFile: string | undefined, title: string) =>
  window.showOpenDialog({
    title: `${title}: to which folder?`,
    openLabel: 'Export here',
    canSelectFiles: false,
    canSelectFolders: true,
    ...(recipeFile ? { defaultUri: Uri.file(path.dirname(recipeFile)) } : {}),
  });

/** The host replaces only what Espalier wrote; even that may be wanted. */
async function mayWrite(file: Uri): Promise<boolean> {
  const exists = await Promise.resolve(workspace.fs.stat(file)).then(
    () => true,
    () => false,
  );
  if (!exists) return true;
  const question = `${path.basename(file.fsPath)} exists. Replace it?`;
  return (await window.showWarningMessage(question, { modal: true }, 'Replace')) === 'Replace';
}
