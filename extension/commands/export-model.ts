// "Export Model": writes the sparse model for another framework, checked by reloading, and says where it lies.
import { commands as vscodeCommands, ProgressLocation, Uri, window } from 'vscode';
import type { ExportRequest } from '../../core/protocol/training-host';
import { pickRun } from '../runs/pick-run';
import { isFinished, runTitle } from '../runs/run';
import type { Command } from './command';
import path from 'node:path';

const formats: readonly { label: string; detail: string; format: ExportRequest['format'] }[] = [
  {
    label: 'safetensors',
    detail: "The weights, with the framework's own names and layouts: load them in PyTorch.",
    format: 'safetensors',
  },
  { label: 'ONNX', detail: 'The whole model, for ONNX Runtime and others.', format: 'onnx' },
];

export const exportModel: Command = {
  async run(app, target) {
    const wanted = { fits: isFinished, title: 'Export model', none: 'no finished run' };
    const run = await pickRun(app, target, wanted);
    if (!run) return;
    const title = `Export ${runTitle(run.record)}`;
    const picked = await window.showQuickPick(formats, { title, placeHolder: 'Which format?' });
    if (!picked) return;
    const [folder] = (await askFolder(run.record.recipeFile, title)) ?? [];
    if (!folder) return;
    const { files, summary } = await window.withProgress(
      { location: ProgressLocation.Notification, title },
      () =>
        app.trainingHost.ask('export/run', {
          folder: run.folder,
          format: picked.format,
          destination: folder.fsPath,
        }),
    );
    const [first] = files;
    const reveal = 'Show in Explorer';
    const choice = await window.showInformationMessage(summary, ...(first ? [reveal] : []));
    if (choice === reveal && first) await vscodeCommands.executeCommand('revealInExplorer', Uri.file(first));
  },
};

const askFolder = (recipeFile: string | undefined, title: string) =>
  window.showOpenDialog({
    title: `${title}: to which folder?`,
    openLabel: 'Export here',
    canSelectFiles: false,
    canSelectFolders: true,
    ...(recipeFile ? { defaultUri: Uri.file(path.dirname(recipeFile)) } : {}),
  });
