// What a command of the command line is: one file each in commands/, listed in commands/table.ts.
import type { ParseArgsConfig } from 'node:util';

export interface Command {
  readonly name: string;
  /** How it is called, after `espalier`. */
  readonly usage: string;
  /** One line for the list. */
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Lines that explain the options, in their order. */
  readonly help: readonly string[];
  run(context: CommandContext): Promise<void>;
}

export interface CommandContext {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Folder of the bundles and of `vendor/`. */
  readonly distDir: string;
  /** Aborted by Ctrl+C: commands stop at the next safe point. */
  readonly signal: AbortSignal;
  readonly print: (line?: string) => void;
}

/** Something the person at the keyboard can mend: printed as one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
