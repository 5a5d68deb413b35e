// One life of the language client: a server process, the connection to it, and how both end. Restarting makes a new one.
import { workspace } from 'vscode';
import type { InitializationOptions } from '../../core/protocol/language-server';
import {
  type CancellationToken,
  CloseAction,
  ErrorAction,
  LanguageClient,
  type MessageSignature,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { log } from '../log';
import { NodeChild } from '../processes/node-child';
import { documentSelector } from './documents';

/** Megabytes. The graph of a large model takes a few; the Python sandbox's memory is counted apart. */
const heapCap = 1024;

/** A failed request is a line in the log; the editor's own toast for each would come at every keystroke. */
class QuietClient extends LanguageClient {
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
    super.error(message, data, false);
  }
}

export interface ClientLife {
  readonly client: LanguageClient;
  /** The process, once started. */
  child(): NodeChild | undefined;
}

/** `lost` is told why when the connection ends without being asked to. */
export function createClient(bundle: string, lost: (reason: string) => void): ClientLife {
  let child: NodeChild | undefined;
  const launch = () => {
    child = new NodeChild({ bundle, title: 'language server', args: ['--stdio'], heapCap });
    return Promise.resolve(child.process);
  };
  const closed = async () => {
    const ending = await Promise.race([child?.ended, delay(1000)]);
    lost(ending?.reason ?? 'the language server closed its connection');
    return { action: CloseAction.DoNotRestart, handled: true };
  };
  const client = new QuietClient('espalier', 'Espalier', launch, {
    documentSelector: [...documentSelector],
    outputChannel: log(),
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { trusted: workspace.isTrusted } satisfies InitializationOptions,
    synchronize: { configurationSection: 'espalier' },
    initializationFailedHandler: () => false,
    errorHandler: { closed, error: () => ({ action: ErrorAction.Continue, handled: true }) },
  });
  return { client, child: () => child };
}

const delay = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
