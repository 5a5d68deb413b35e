// "How It Works": the walkthrough, for the palette and the welcome text of the runs view.
import { commands as vscodeCommands } from 'vscode';
import { views } from '../manifest/views';
import type { Command } from './command';

export const openWalkthrough: Command = {
  async run({ context }) {
    const id = `${context.extension.id}#${views.walkthrough}`;
    await vscodeCommands.executeCommand('workbench.action.openWalkthrough', id, false);
  },
};
