// The sandbox thread: boots Python behind the wall, then traces one file after another.
import { parentPort, workerData } from 'node:worker_threads';
import type { TracedModel } from '../frontend';
import { bootInterpreter, channelPath, type Interpreter } from './interpreter';
import { signalBytes, type TraceJob, type WorkerMessage, type WorkerSettings } from './protocol';
import { Recorder } from './recorder';
import { answerRequest } from './requests';

const settings = workerData as WorkerSettings;
const signals = new Uint8Array(settings.signals);
let recorder: Recorder | undefined;

const say = (message: WorkerMessage) => parentPort!.postMessage(message);

void boot();

async function boot(): Promise<void> {
  const interpreter = await bootInterpreter({
    distDir: settings.distDir,
    memoryBytes: settings.memoryBytes,
    interrupt: signals.subarray(signalBytes.interrupt, signalBytes.interrupt + 1),
    answer: (request) => answerRequest(recorder, request),
  });
  if (!interpreter.run(`from _espalier import driver as _driver; _driver.prepare('${channelPath}')`)) {
    throw new Error('the stand-ins could not be loaded');
  }
  parentPort!.on('message', (job: TraceJob) => {
    say(trace(interpreter, job));
    interpreter.run('_driver.settle()');
  });
  say({ kind: 'ready' });
}

function trace(interpreter: Interpreter, job: TraceJob): WorkerMessage {
  signals.fill(0);
  recorder = new Recorder(job, () => Atomics.store(signals, signalBytes.noticed, 1));
  const unmount = interpreter.mount(recorder.workspace.tree);
  try {
    if (!interpreter.run('_driver.run()')) throw new Error('the file broke the sandbox that reads it');
    const { models, diagnostics, workspace } = recorder;
    return {
      kind: 'done',
      id: job.id,
      result: { models: inOrder(models), diagnostics },
      dependencies: [...workspace.looked],
      heapBytes: interpreter.heapBytes(),
    };
  } catch (error) {
    return { kind: 'lost', id: job.id, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    unmount();
    recorder = undefined;
  }
}

/** As their declarations stand in the file, whatever was read first. */
const inOrder = (models: readonly TracedModel[]): TracedModel[] =>
  [...models].sort((a, b) => (a.source?.startLine ?? 0) - (b.source?.startLine ?? 0));
