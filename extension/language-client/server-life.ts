// One life of the language server: its process, the client on it, and how both end. Restarting makes a new one.
import { createRequire } from 'node:module';
import path from 'node:path';
import type { LanguageClient } from 'vscode-languageclient/node';
import { log } from '../log';
import { type Ending, NodeChild } from '../processes/node-child';
import { within } from '../processes/within';
import type * as ClientBundle from './client';

/** A cold start loads the bundle and answers `initialize`; past this even on a loaded machine, something hangs. */
const startDeadline = 30_000;
const stopDeadline = 3_000;
/** Megabytes. The graph of a large model takes a few; the Python sandbox's memory is counted apart. */
const heapCap = 1024;

export class ServerLife {
  readonly client: LanguageClient;
  private child: NodeChild | undefined;

  /** `lost` is told why when the connection ends. */
  constructor(distDir: string, pythonPath: string | undefined, lost: (reason: string) => void) {
    const bundle = path.join(distDir, 'language-client.cjs');
    const { createClient } = createRequire(bundle)(bundle) as typeof ClientBundle;
    const launch = () => {
      const options = { bundle: path.join(distDir, 'language-server.cjs'), title: 'language server' };
      this.child = new NodeChild({ ...options, args: ['--stdio'], heapCap });
      return this.child.process;
    };
    const closed = () => void this.ending(1000).then((ending) => lost(ending?.reason ?? 'it hung up'));
    this.client = createClient({ launch, closed, pythonPath, log: log() });
  }

  /** Rejects with one line for people, and leaves no process behind. */
  async start(): Promise<void> {
    try {
      await within(startDeadline, this.client.start(), 'the language server did not answer');
    } catch (error) {
      const ending = await this.ending(500);
      await this.child?.kill();
      throw ending ? new Error(ending.reason) : error;
    }
  }

  /** Asks it to end, then makes sure. Never rejects: there is nothing left to do about it. */
  async stop(): Promise<void> {
    // A client that is still starting refuses to stop; its process is ended all the same.
    await within(stopDeadline, this.client.dispose(stopDeadline), 'stopping').catch(() => undefined);
    await this.child?.stop(stopDeadline, 1000);
  }

  /** A process that died closes its pipes a moment before it is gone; its ending says more than the pipe's. */
  private ending(patience: number): Promise<Ending | undefined> {
    const ended = this.child?.ended ?? Promise.resolve(undefined);
    return within(patience, ended, '').catch(() => undefined);
  }
}
