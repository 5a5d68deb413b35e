// Registers the table; what a command rejects with becomes one message and a line in the log.
import { type Disposable, commands as vscodeCommands, window } from 'vscode';
import type { App } from '../app';
import { log, reasonOf } from '../log';
import { commandTable } from './table';

export const registerCommands = (app: App): Disposable[] =>
  commandTable.map((command) =>
    vscodeCommands.registerCommand(command.id, async (target: unknown) => {
      try {
        await command.run(app, target);
      } catch (error) {
        await explain(command.id, error);
      }
    }),
  );

async function explain(id: string, error: unknown): Promise<void> {
  log().error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const show = 'Show log';
  if ((await window.showErrorMessage(`Espalier: ${reasonOf(error)}`, show)) === show) log().show();
}
