// The runs of this process: started, resumed, stopped, one after another on the device. The host and the command line use it.
import path from 'node:path';
import {
  type RunPreview,
  type RunProgress,
  type StartRun,
  wouldDiffer,
} from '../../core/protocol/training-host';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import type { RunRecord } from '../../core/runs/run-record';
import type { Device } from '../../native/devices/device';
import type { Dataset } from '../data/dataset';
import { leftOut, withLeftOut } from '../data/left-out';
import { engineOf } from '../latency/engine-of';
import type { Method } from '../methods/method';
import { DeviceQueue, type DeviceTurn } from '../runs/device-queue';
import { changesOf, hashesOf } from '../runs/hashes';
import { readRecord } from '../runs/record';
import { RunWriter } from '../runs/run-writer';
import type { DeviceTurns } from './device-turns';
import { prepareRun, type Wanted } from './prepare-run';
import { previewRun } from './preview';
import { throttle } from './throttle';
import { totalStepsOf, train } from './train';

export interface RunQueueOptions {
  readonly turns: DeviceTurns;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onEnded?: (ended: { readonly folder: string; readonly record: RunRecord }) => void;
}

/** All that a run needs, checked. */
export interface Job {
  readonly method: Method;
  readonly recipe: Recipe;
  readonly graph: ModelGraph;
  readonly data: Dataset;
  readonly device: Device;
  readonly weights: Weights | undefined;
}

interface Live {
  readonly stop: AbortController;
  readonly ended: Promise<RunRecord>;
}

export class RunQueue {
  private readonly live = new Map<string, Live>();
  private readonly devices = new DeviceQueue();
  private closing = false;

  constructor(private readonly options: RunQueueOptions) {}

  /** Begins a run; answers once its folder exists. Rejects with one line, and leaves no folder, when it cannot begin. */
  async start({ recipe, graph, baseFolder, runsFolder, recipeFile }: StartRun): Promise<RunRecord> {
    const job = await prepareRun({ recipe, graph, baseFolder }, this.options.turns);
    if (this.closing) throw new Error('the training host is ending');
    const run = await RunWriter.create(runsFolder, {
      recipe: job.recipe,
      graph,
      baseFolder,
      ...(recipeFile === undefined ? {} : { recipeFile }),
      device: named(job.device),
      totalSteps: totalStepsOf(job.recipe, job.data),
      hashes: await hashesOf({ ...job, modelFile: path.resolve(baseFolder, job.recipe.model.file) }),
    });
    const record = await run.record();
    this.begin(run, job);
    return record;
  }

  /** What a run would take. Rejects with one line when it could not begin. */
  preview(wanted: Wanted, signal?: AbortSignal): Promise<RunPreview> {
    return previewRun(wanted, this.options.turns, signal);
  }

  /**
   * Goes on from the last checkpoint. Rejects with one line, and leaves the run as it is, when it cannot; also when what
   * it was begun with has changed, unless `force`.
   */
  async resume(folder: string, { force = false } = {}): Promise<RunRecord> {
    if (this.live.has(path.resolve(folder))) throw new Error(`the run in ${folder} is running already`);
    const run = await RunWriter.claim(path.resolve(folder));
    try {
      const { status, recipe, device, baseFolder, recipeFile, totalSteps, hashes } = await run.record();
      if (status === 'finished') throw new Error(`the run in ${folder} has finished; begin a new one`);
      const base = baseFolder ?? (recipeFile ? path.dirname(recipeFile) : path.resolve(folder, '../../..'));
      const graph = await run.graph();
      const devices = await this.options.turns.devices();
      const same = devices.some(({ info }) => info.id === device.id && info.available);
      const job = await prepareRun(
        { recipe, graph, baseFolder: base, ...(same ? { device: device.id } : {}) },
        this.options.turns,
      );
      const steps = totalStepsOf(recipe, job.data);
      if (steps !== totalSteps)
        throw new Error(
          `the data of the run has changed: ${job.data.name} makes ${steps} steps, it was begun with ${totalSteps}; begin a new run`,
        );
      const now = await hashesOf({ ...job, modelFile: path.resolve(base, recipe.model.file) });
      const { different, notice: isNew } = changesOf(hashes, now, recipe.model.file);
      if (different.length > 0 && !force) throw new Error(changed(folder, different));
      const notices = [
        // Before anything is said of the run: a checkpoint that cannot be read is refused here.
        (await run.newest())?.notice,
        isNew,
        different.length > 0 ? `resumed though ${different.join(' and ')} changed` : undefined,
      ].filter((line) => line !== undefined);
      if (this.closing) throw new Error('the training host is ending');
      const record = await run.update({
        ...running(job.device),
        hashes: now,
        notice: notices.length > 0 ? notices.join('; ') : undefined,
        // What was measured on other data says nothing about what comes.
        ...(different.length > 0 ? { best: undefined } : {}),
      });
      this.begin(run, job);
      return record;
    } catch (error) {
      await run.release();
      throw error;
    }
  }

  /** Stops after the step at hand and a checkpoint. A run that does not run is answered as it is. */
  async stop(folder: string): Promise<RunRecord> {
    const live = this.live.get(path.resolve(folder));
    if (live) {
      live.stop.abort();
      return live.ended;
    }
    const record = await readRecord(folder);
    if (record.status === 'running')
      throw new Error(`the run in ${folder} is trained by process ${record.pid}; stop it there`);
    return record;
  }

  /** A run's record once it has ended, or as it is when it does not run here. */
  ended(folder: string): Promise<RunRecord> {
    return this.live.get(path.resolve(folder))?.ended ?? readRecord(folder);
  }

  /** Stops everything, with checkpoints, for the end of the process. */
  async close(): Promise<void> {
    this.closing = true;
    const all = [...this.live.values()];
    for (const { stop } of all) stop.abort();
    await Promise.all(all.map(({ ended }) => ended));
  }

  private begin(run: RunWriter, job: Job): void {
    const stop = new AbortController();
    const folder = path.resolve(run.folder);
    const ended = this.execute(run, job, stop.signal).finally(() => this.live.delete(folder));
    this.live.set(folder, { stop, ended });
    void ended.then((record) => this.options.onEnded?.({ folder: run.folder, record }));
  }

  /** Never rejects: what went wrong is in the record. */
  private async execute(run: RunWriter, job: Job, signal: AbortSignal): Promise<RunRecord> {
    const { turns, onProgress } = this.options;
    const tell = throttle((progress) => onProgress?.({ ...progress, folder: run.folder }));
    const { id } = job.device.info;
    let turn: DeviceTurn | undefined;
    let change: Partial<RunRecord>;
    const leftBefore = await this.tellLeftOut(run, job, undefined);
    try {
      turn = await this.devices.enter(id, path.basename(run.folder), {
        signal,
        onWait: (first) => void this.waits(run, tell, first),
      });
      if (turns.busy) tell(await waiting(run, 'waiting for the device'));
      if ((await run.record()).waitingFor) await run.update({ waitingFor: undefined });
      const engine = () => engineOf(job.recipe.budget, job.device, turns.distDir);
      const result = await turns.use(
        id,
        () => train({ ...job, run, engine, signal, onProgress: tell }),
        signal,
      );
      change = result ? { status: 'finished', result } : { status: 'stopped' };
    } catch (error) {
      const isStop = error instanceof DOMException && error.name === 'AbortError';
      change = isStop ? { status: 'stopped' } : { status: 'failed', error: oneLine(error) };
    }
    await turn?.release().catch(() => undefined);
    await this.tellLeftOut(run, job, leftBefore);
    const final = { ...change, pid: undefined, waitingFor: undefined };
    // A disk so full that not even this can be written: whoever listens still hears the truth.
    const record = await run.update(final).catch(() => run.record());
    await run.release();
    return record;
  }

  /** Samples that cannot be read are named in the run: when it begins, and those that training met when it ends. */
  private async tellLeftOut(run: RunWriter, { data }: Job, before: string | undefined) {
    const now = leftOut(data.skipped);
    if (now === undefined || now === before) return now;
    await run
      .record()
      .then(({ notice }) => run.update({ notice: withLeftOut(notice, before, now) }))
      .catch(() => undefined);
    return now;
  }

  /** Another run has the device: told to whoever listens here, and to other windows through the record. */
  private async waits(run: RunWriter, tell: (told: Omit<RunProgress, 'folder'>) => void, first: string) {
    tell(await waiting(run, `waiting for the device: run ${first}`));
    await run.update({ waitingFor: first }).catch(() => undefined);
  }
}

const named = ({ info: { id, name } }: Device): RunRecord['device'] => ({ id, name });

const running = (device: Device) =>
  ({ status: 'running', pid: process.pid, device: named(device), error: undefined }) as const;

/** What is told of a run that has to wait for the device. */
async function waiting(run: RunWriter, phase: string): Promise<Omit<RunProgress, 'folder'>> {
  const { step, totalSteps } = await run.record();
  const { density = 1, seconds = 0 } = (await run.metrics()).at(-1) ?? {};
  return { step, totalSteps, phase, etaSeconds: 0, point: { step, phase, density, seconds } };
}

/** Clients look for its beginning: see {@link wouldDiffer}. */
const changed = (folder: string, parts: readonly string[]): string =>
  `${wouldDiffer}: ${parts.join(' and ')} changed since the run in ${folder} began; put back what it was, begin a new run, or resume with force`;

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
