// "Open in TensorBoard": runs write its files; TensorBoard itself is the user's own, so its command is handed over.
import path from 'node:path';
import { env, window } from 'vscode';
import { pickRun } from '../runs/pick-run';
import type { Command } from './command';

export const openTensorBoard: Command = {
  async run(app, target) {
    const wanted = { fits: () => true, title: 'Open in TensorBoard', none: 'no run' };
    const run = await pickRun(app, target, wanted);
    if (!run) return;
    // The folder of all runs: TensorBoard shows them over each other, by their ids.
    const line = `tensorboard --logdir ${quoted(path.dirname(run.folder))}`;
    const [start, copy] = ['Run in terminal', 'Copy command'];
    const choice = await window.showInformationMessage(
      `TensorBoard (pip install tensorboard) shows every run of this folder: ${line}`,
      start,
      copy,
    );
    if (choice === copy) await env.clipboard.writeText(line);
    if (choice !== start) return;
    const terminal = window.createTerminal('TensorBoard');
    terminal.show();
    terminal.sendText(line);
  },
};

/** Shells differ, and all of them take double quotes around a path without quotes, dollars and backticks in it. */
const quoted = (file: string): string => (/^[\w./\\:-]+$/.test(file) ? file : `"${file}"`);
