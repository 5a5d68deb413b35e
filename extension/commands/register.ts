// Registers the table; what a command rejects with becomes one message and a line in the log.
import { type Disposable, commands as vscodeCommands, window } from 'vscode';
import type { App } from '../app';
import { Explanation } from '../explanation';
import { log, reasonOf } from '../log';
import { commandTable } from './table';

export const registerCommands = (app: App): Disposable[] =>
  Object.entries(commandTable).map(([id, command]) =>
    vscodeCommands.registerCommand(id, async (target: unknown, selection: unknown) => {
      try {
        await command.run(app, target, selection);
      } catch (error) {
        await explain(id, error);
      }
    }),
  );

async function explain(id: string, error: unknown): Promise<void> {
  const message = `Espalier: ${reasonOf(error)}`;
  if (error instanceof Explanation) {
    log().info(`${id}: ${error.message}`);
    const { remedy } = error;
    const choice = await window.showWarningMessage(message, ...(remedy ? [remedy.title] : []));
    if (remedy && choice === remedy.title) await vscodeCommands.executeCommand(remedy.command);
    return;
  }
  log().error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const show = 'Show log';
  if ((await window.showErrorMessage(message, show)) === show) log().show();
}
