// The training host: a process that trains, measures and exports for the editor. JSON-RPC over stdio; it ends with its parent.
import { Console } from 'node:console';
import {
  type CancellationToken,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { HostContext } from './handlers/context';
import { hostHandlers } from './handlers/table';
import { DeviceTurns } from './trainer/device-turns';
import { RunQueue } from './trainer/run-queue';

// Standard output is the protocol's: whatever a library prints goes to standard error, where the editor logs it.
globalThis.console = new Console(process.stderr);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** How often the parent is looked for, in case its end of the pipe outlives it. */
const parentCheckMs = 2000;
/** An error of ours, in the range that JSON-RPC leaves to applications. */
const requestFailed = -32_000;

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
  { error: log, warn: log, info: log, log },
);
const turns = new DeviceTurns(__dirname);
const context: HostContext = {
  distDir: __dirname,
  notify: (method, params) => {
    // A pipe that has just closed is noticed where it ends.
    connection.sendNotification(method, params).catch(() => undefined);
  },
  devices: () => turns.devices(),
  onDevice: (id, work, signal) => turns.use(id, work, signal),
};
const queue = new RunQueue({
  turns,
  onProgress: (progress) => context.notify('run/progress', progress),
  onEnded: (ended) => context.notify('run/ended', ended),
});

for (const [method, handler] of Object.entries(hostHandlers(context, queue))) {
  connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
    try {
      return await handler(params as never, signalOf(token));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof TypeError || error instanceof RangeError) log(error.stack ?? message);
      throw new ResponseError(requestFailed, message.split('\n')[0]!);
    }
  });
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

let isEnding = false;

/** Checkpoints what runs, lets go of the device, ends. */
async function end(why: string): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  log(`training host: ending, ${why}`);
  try {
    await queue.close();
    await turns.release();
  } finally {
    process.exit(0);
  }
}

process.stdin.once('end', () => void end('its input was closed'));
process.stdin.once('close', () => void end('its input was closed'));
process.stdout.on('error', () => void end('its output was closed'));
process.once('SIGTERM', () => void end('asked to'));
process.once('SIGINT', () => void end('asked to'));
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void end('its parent is gone');
}, parentCheckMs).unref();

connection.listen();
