// One life of the training host: its process and the JSON-RPC connection over its stdio.
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  NullLogger,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { plainError } from '../processes/plain-error';
import { NodeChild, type NodeChildOptions } from '../processes/node-child';

export class HostLife {
  readonly child: NodeChild;
  /** Requests that wait for an answer: whoever asked them hears of a crash. */
  pending = 0;
  private readonly connection: MessageConnection;

  constructor(options: NodeChildOptions, notified: (method: string, params: unknown) => void) {
    this.child = new NodeChild(options);
    const { stdout, stdin } = this.child.process;
    this.connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
      NullLogger,
    );
    this.connection.onNotification((method, params) => notified(method, params));
    // Broken pipes are told by the process' ending, which says more.
    this.connection.onError(() => undefined);
    this.connection.listen();
    void this.child.ended.then(() => this.connection.dispose());
  }

  /** Rejects when the host does, when it dies, or when `signal` aborts (which tells the host). */
  async request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown> {
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    this.pending++;
    try {
      return await Promise.race([this.connection.sendRequest(method, params, source.token), this.died()]);
    } catch (error) {
      if (this.child.alive) throw plainError(error);
      // The connection's own words ("got disposed") would hide why.
      throw new Error((await this.child.ended).reason);
    } finally {
      this.pending--;
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  /** A host that dies takes its unanswered requests with it: without this they would wait for ever. */
  private async died(): Promise<never> {
    throw new Error((await this.child.ended).reason);
  }
}
