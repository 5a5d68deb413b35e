// The language client over the server's stdio. A bundle of its own: the library is large, and activation must be light.
import type { ChildProcess } from 'node:child_process';
import { type LogOutputChannel, workspace } from 'vscode';
import {
  type CancellationToken,
  CloseAction,
  ErrorAction,
  LanguageClient,
  type MessageSignature,
  RevealOutputChannelOn,
  State,
} from 'vscode-languageclient/node';
import type { InitializationOptions } from '../../core/protocol/language-server';
import { documentSelector } from './documents';

export interface ClientOptions {
  /** Starts the server's process. */
  readonly launch: () => ChildProcess;
  readonly log: LogOutputChannel;
  readonly pythonPath: string | undefined;
  /** Told when the connection ends. */
  readonly closed: () => void;
}

export function createClient({ launch, log, pythonPath, closed }: ClientOptions): LanguageClient {
  return new QuietClient('espalier', 'Espalier', () => Promise.resolve(launch()), {
    documentSelector: [...documentSelector],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: {
      trusted: workspace.isTrusted,
      ...(pythonPath === undefined ? {} : { pythonPath }),
    } satisfies InitializationOptions,
    synchronize: { configurationSection: 'espalier' },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // Restarting is ours: a new client and a new process.
      closed: () => {
        closed();
        const message = 'The connection to the language server ended.';
        return { action: CloseAction.DoNotRestart, handled: true, message };
      },
    },
  });
}

class QuietClient extends LanguageClient {
  /** A failed request is a line in the log; the editor's own toast for each would come at every keystroke. */
  override handleFailedRequest<T>(
    type: MessageSignature,
    token: CancellationToken | undefined,
    error: unknown,
    defaultValue: T,
  ): T {
    return super.handleFailedRequest(type, token, error, defaultValue, false);
  }

  /** Why it could not start or ended is told once, in our words, by whoever asked for it. */
  override error(message: string, data?: unknown): void {
    // The library says goodbye to a server whose pipe it has closed itself: that tells nobody anything.
    const reason = data instanceof Error ? data.message : String(data);
    if (this.state === State.Stopped && /write after end|stream was destroyed/.test(`${message} ${reason}`))
      return;
    super.error(message, data, false);
  }
}
