// The training host without a process of its own: the command line asks the same handlers as the editor.
import { Console } from 'node:console';
import type { TrainingHostNotifications, TrainingHostRequests } from '../core/protocol/training-host';
import type { ParamsOf, ResultOf } from '../core/protocol/typed';
import type { RunRecord } from '../core/runs/run-record';
import type { HostContext } from '../training/handlers/context';
import { hostHandlers } from '../training/handlers/table';
import { RunFolder } from '../training/runs/run-folder';
import { DeviceTurns } from '../training/trainer/device-turns';
import { RunQueue } from '../training/trainer/run-queue';

type Listener = <K extends keyof TrainingHostNotifications>(
  method: K,
  params: ParamsOf<TrainingHostNotifications, K>,
) => void;

export interface LocalHost {
  readonly ask: <K extends keyof TrainingHostRequests>(
    method: K,
    params: ParamsOf<TrainingHostRequests, K>,
  ) => Promise<ResultOf<TrainingHostRequests, K>>;
  /** The record of a run once it has ended. */
  readonly ended: (folder: string) => Promise<RunRecord>;
}

/** Works with a host and leaves nothing running, whatever happens. An abort stops runs after a checkpoint. */
export async function withHost<T>(
  distDir: string,
  signal: AbortSignal,
  listener: Listener,
  work: (host: LocalHost) => Promise<T>,
): Promise<T> {
  // Libraries talk on standard output, which is ours to keep tidy.
  const ours = globalThis.console;
  const quiet = new Console(process.stderr);
  const turns = new DeviceTurns(distDir);
  const context: HostContext = {
    distDir,
    notify: listener,
    devices: () => turns.devices(),
    onDevice: (id, job, abort) => turns.use(id, job, abort),
  };
  const queue = new RunQueue({
    turns,
    onProgress: (progress) => listener('run/progress', progress),
    onEnded: (ended) => listener('run/ended', ended),
  });
  const handlers = hostHandlers(context, queue);
  const stop = () => void queue.close();
  signal.addEventListener('abort', stop, { once: true });
  globalThis.console = quiet;
  try {
    return await work({
      ask: async (method, params) => await handlers[method](params, signal),
      // A run that has ended before anyone asked is in its folder.
      ended: (folder) => queue.ended(folder) ?? new RunFolder(folder).record(),
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await queue.close();
    await turns.release();
    globalThis.console = ours;
  }
}
