// "Open Example": copies a small model file to where people can change it, and opens it.
import path from 'node:path';
import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import { freeName } from '../files/free-name';
import { readText } from '../files/read-text';
import type { Command } from './command';

const examples = [
  {
    label: 'PyTorch',
    detail: 'A small residual network as people write PyTorch: a block class, a loop, a factory.',
    file: 'examples/pytorch/convnet.py',
  },
  {
    label: 'Keras',
    detail: 'The same network with the functional API; TensorFlow’s spelling works too.',
    file: 'examples/keras/convnet.py',
  },
  {
    label: 'TensorFlow.js',
    detail: 'The same network with the layers API.',
    file: 'examples/tfjs/convnet.ts',
  },
];

export const openExample: Command = {
  async run({ context }) {
    const options = { title: 'Open example', placeHolder: 'Which framework?' };
    const example = await window.showQuickPick(examples, options);
    if (!example) return;
    const folder = await chooseFolder();
    if (!folder) return;
    const source = Uri.joinPath(context.extensionUri, example.file);
    const text = await readText(source);
    if (text === undefined)
      throw new Error(`the example ${example.file} is missing; install the extension again`);
    const target = await freeName(Uri.joinPath(folder, path.basename(example.file)), text);
    await workspace.fs.writeFile(target, Buffer.from(text));
    await window.showTextDocument(target);
    if (workspace.workspaceFolders === undefined) void offerFolder(folder);
  },
};

async function chooseFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 1) return folders[0]!.uri;
  if (folders.length > 1) return (await window.showWorkspaceFolderPick())?.uri;
  const dialog = { canSelectFiles: false, canSelectFolders: true, openLabel: 'Put the example here' };
  return (await window.showOpenDialog(dialog))?.[0];
}

/** Runs lie in the workspace folder: without one, the runs view stays empty. */
async function offerFolder(folder: Uri): Promise<void> {
  const open = 'Open folder';
  const choice = await window.showInformationMessage('Open the folder of the example as a workspace?', open);
  if (choice === open) await vscodeCommands.executeCommand('vscode.openFolder', folder);
}
