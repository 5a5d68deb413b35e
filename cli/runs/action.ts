// What `espalier runs` can do: one file each in this folder, listed in table.ts.
import type { CommandContext } from '../command';

export interface RunsAction {
  readonly name: string;
  /** After `espalier runs`. */
  readonly usage: string;
  readonly summary: string;
  run(context: RunsContext): Promise<void>;
}

export interface RunsContext extends CommandContext {
  /** Absolute: where runs are looked for. */
  readonly runsFolder: string;
}

/** What a script reads: one JSON value, and nothing else on standard output. */
export const printJson = ({ print }: Pick<CommandContext, 'print'>, value: unknown): void =>
  print(JSON.stringify(value, null, 2));
