// Runs a compiler or pip: its lines are told as they come, and what goes wrong is one line.
import { spawn } from 'node:child_process';

export interface ToolOptions {
  readonly signal: AbortSignal;
  /** What to say where there is no such program. */
  readonly missing: string;
  /** What to say before its own words when it fails. */
  readonly failed: string;
  readonly onLine?: (line: string) => void;
}

export function runTool(
  program: string,
  args: readonly string[],
  { signal, missing, failed, onLine }: ToolOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    const lines: string[] = [];
    const hear = (chunk: Buffer) => {
      for (const line of chunk
        .toString()
        .split(/[\r\n]+/)
        .filter((text) => text.trim())) {
        lines.push(line);
        onLine?.(line.trim());
      }
      lines.splice(0, lines.length - 200);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        signal.aborted
          ? (signal.reason as Error)
          : new Error(error.code === 'ENOENT' ? missing : `${failed}: ${error.message}`),
      ),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else if (!signal.aborted) reject(new Error(`${failed}: ${telling(lines)}`));
    });
  });
}

/** The first line that names an error; otherwise the last. */
const telling = (lines: readonly string[]): string =>
  (lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? 'it says nothing').trim().slice(0, 300);
