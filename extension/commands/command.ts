// What a command is: one file each, listed in table.ts. It exists from activation and explains itself when it cannot run.
import type { App } from '../app';

export interface Command {
  /**
   * `target` is what a lens, the tree or a view passes; from the palette it is absent. `selection`: all that is selected
   * in the tree, where there is more than one. Rejects with one line for people.
   */
  run(app: App, target: unknown, selection?: unknown): Promise<void>;
}
