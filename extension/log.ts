// The one log of the extension; made when the first line is written, so that a window without models has no empty channel.
import { type LogOutputChannel, window } from 'vscode';

let channel: LogOutputChannel | undefined;

export const log = (): LogOutputChannel =>
  (channel ??= window.createOutputChannel('Espalier', { log: true }));

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}

/** One line for people, whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
