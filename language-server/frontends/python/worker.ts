// The sandbox thread: boots Python behind the wall, then traces one file after another.
import { parentPort, workerData } from 'node:worker_threads';
import type { TracedModel } from '../frontend';
import { Ahead, type Memo } from './ahead';
import { bootInterpreter, type Interpreter } from './interpreter';
import { KeptMemories } from './kept-memory';
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
  const base = interpreter.checkpoint();
  const kept = settings.cacheDir ? new KeptMemories<Memo>(settings.cacheDir, base.bytes) : undefined;
  const ahead = new Ahead(interpreter, base, kept);
  parentPort!.on('message', (job: TraceJob) => {
    signals.fill(0);
    const work = new Recorder(job, () => Atomics.store(signals, signalBytes.noticed, 1));
    const message = trace(interpreter, ahead, job, work);
    say(message);
    // In the pause after the answer, which people spend reading or typing.
    if (message.kind === 'done') setImmediate(() => importAhead(interpreter, ahead, job, work));
  });
  say({ kind: 'ready' });
}

function trace(interpreter: Interpreter, ahead: Ahead, job: TraceJob, work: Recorder): WorkerMessage {
  try {
    ahead.restore(job, work.workspace);
    if (!runFor(interpreter, work, '_driver.run()')) {
      // Python without memory cannot even say so.
      const full = interpreter.heapBytes() > 0.9 * settings.memoryBytes;
      throw new Error(full ? 'out of memory' : 'the file broke the sandbox that reads it');
    }
    const { models, diagnostics, workspace } = work;
    return {
      kind: 'done',
      id: job.id,
      result: { models: inOrder(models), diagnostics },
      dependencies: [...workspace.looked],
      heapBytes: interpreter.heapBytes(),
    };
  } catch (error) {
    return { kind: 'lost', id: job.id, reason: error instanceof Error ? error.message : String(error) };
  }
}

function importAhead(
  interpreter: Interpreter,
  ahead: Ahead,
  job: TraceJob,
  { importedFiles }: Recorder,
): void {
  // No workspace: what is imported ahead must not depend on one.
  const nowhere = { ...job, text: '', file: '/_ahead/_ahead.py', workspaceFolder: '/_ahead', openFiles: [] };
  ahead.learn(job, importedFiles, (names) => {
    const work = new Recorder({ ...nowhere, ahead: names }, () => undefined);
    return runFor(interpreter, work, '_boot.ahead()');
  });
}

function runFor(interpreter: Interpreter, work: Recorder, source: string): boolean {
  recorder = work;
  const unmount = interpreter.mount(work.workspace.tree);
  try {
    return interpreter.run(source);
  } finally {
    unmount();
    recorder = undefined;
  }
}

/** As their declarations stand in the file, whatever was read first. */
const inOrder = (models: readonly TracedModel[]): TracedModel[] =>
  [...models].sort((a, b) => (a.source?.startLine ?? 0) - (b.source?.startLine ?? 0));
