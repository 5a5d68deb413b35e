// "Open Run Folder": shows where a run lies, in the file explorer of the system or the editor's own.
import { commands as vscodeCommands, env, Uri, UIKind } from 'vscode';
import { pickRun } from '../runs/pick-run';
import type { Command } from './command';

export const revealRun: Command = {
  async run(app, target) {
    const run = await pickRun(app, target, { fits: () => true, title: 'Open run folder', none: 'no run' });
    if (!run) return;
    // A browser or a remote window cannot open this machine's desktop.
    const local = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
    await vscodeCommands.executeCommand(local ? 'revealFileInOS' : 'revealInExplorer', Uri.file(run.folder));
  },
};
