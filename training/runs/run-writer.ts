// A run folder for writing: held by one process at a time, and never left half written.
import { copyFile, link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import type { BestCheckpoint, MetricPoint, RunHashes, RunRecord } from '../../core/runs/run-record';
import type { Mask } from '../../core/sparsity/mask';
import { writeSafetensors } from '../export/safetensors';
import { type Checkpoint, encodeCheckpoint } from './checkpoint';
import { isBetter } from './best';
import { files, writeJson, writeWhole } from './files';
import { type Lock, lockFolder } from './lock';
import { EventFile } from './events/event-file';
import { encodeMasks } from './masks-file';
import { appendPoint, countLines, keepLines } from './metrics-file';
import { readRecord } from './record';
import { type KeptChannels, RunFolder } from './run-folder';
import { makeRunFolder, runId } from './run-id';
import { syncFile, syncFolder } from './sync-folder';

export interface NewRun {
  readonly recipe: Recipe;
  readonly graph: ModelGraph;
  /** Folder that relative paths in the recipe start from. */
  readonly baseFolder: string;
  readonly recipeFile?: string;
  readonly device: RunRecord['device'];
  readonly totalSteps: number;
  readonly hashes?: RunHashes;
}

/** Larger than any run.json: what is freed must be enough to say that the disk is full. */
const reserved = 16 * 1024;

export class RunWriter extends RunFolder {
  private lines = 0;
  private events: EventFile | undefined;

  private constructor(
    folder: string,
    private current: RunRecord,
    private readonly lock: Lock,
  ) {
    super(folder);
  }

  /** Makes `<runsFolder>/<id>/` with its record and graph, and holds it. */
  static async create(runsFolder: string, run: NewRun, now = new Date()): Promise<RunWriter> {
    const { graph, ...rest } = run;
    const id = await makeRunFolder(runsFolder, runId(run.recipe.model.name, run.recipe.method, now));
    const folder = path.join(runsFolder, id);
    const lock = await lockFolder(folder);
    const created = now.toISOString();
    const record: RunRecord = {
      version: 2,
      id,
      ...rest,
      status: 'running',
      created,
      updated: created,
      step: 0,
      pid: process.pid,
    };
    const writer = new RunWriter(folder, record, lock);
    try {
      await writeFile(writer.path('reserve'), new Uint8Array(reserved));
      await writeJson(writer.path('graph'), graph);
      await writeJson(writer.path('record'), record);
      // The id is an acknowledgement: the folder itself must be there after a power cut.
      await syncFolder(runsFolder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`the run could not be begun: ${(error as Error).message}`);
    }
    return writer;
  }

  /** Holds an existing run, to go on with it. Rejects with one line when another process does. */
  static async claim(folder: string): Promise<RunWriter> {
    await readRecord(folder);
    const lock = await lockFolder(folder);
    try {
      const writer = new RunWriter(folder, await readRecord(folder), lock);
      await writer.clean();
      await writeFile(writer.path('reserve'), new Uint8Array(reserved));
      return writer;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** As for reading; and a damaged one is set aside, so that it does not take the place of the good one before it. */
  override async checkpoint(): Promise<Checkpoint | undefined> {
    const newest = await this.newest();
    if (newest?.notice) await rename(this.path('checkpoint'), this.path('damaged'));
    return newest?.checkpoint;
  }

  /** The record as it was last written. */
  override record(): Promise<RunRecord> {
    return Promise.resolve(this.current);
  }

  /** Changes fields of `run.json`; `undefined` removes one. A full disk costs the reserve, not the record. */
  async update(change: { readonly [K in keyof RunRecord]?: RunRecord[K] | undefined }): Promise<RunRecord> {
    const next = { ...this.current, ...change, updated: new Date().toISOString() } as RunRecord;
    this.current = next;
    try {
      await writeJson(this.path('record'), next);
    } catch {
      await rm(this.path('reserve'), { force: true });
      await writeJson(this.path('record'), next);
    }
    return next;
  }

  get metricLines(): number {
    return this.lines;
  }

  async appendMetrics(point: MetricPoint): Promise<void> {
    await appendPoint(this.path('metrics'), point);
    this.lines++;
    await this.events?.append(point);
  }

  /** Called before the first step: forgets the metrics after the first `lines`, which a resumed run will measure again. */
  async rewindMetrics(lines: number): Promise<void> {
    await keepLines(this.path('metrics'), lines);
    this.lines = await countLines(this.path('metrics'));
    this.events = await EventFile.begin(this.folder, await this.metrics());
  }

  /** Keeps the checkpoint before, and flushes the metrics that this one counts on. */
  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const bytes = encodeCheckpoint(checkpoint);
    await syncFile(this.path('metrics'));
    await this.keepPrevious();
    await writeWhole(this.path('checkpoint'), bytes);
  }

  /** Keeps the checkpoint if it is the best so far: see {@link isBetter}. `make` is called only then. */
  async offerBest(candidate: BestCheckpoint, make: () => Promise<Checkpoint>): Promise<void> {
    if (!isBetter(candidate, this.current.best)) return;
    await writeWhole(this.path('best'), encodeCheckpoint(await make()));
    await this.update({ best: candidate });
  }

  /** Keeps weights under a name; see {@link RunFolder.savedWeights}. */
  saveWeights(name: string, weights: Weights): Promise<void> {
    return writeWhole(this.weightsFile(name), writeSafetensors(weights));
  }

  /** Before the first checkpoint of the smaller model, so that such a checkpoint always finds its graph. */
  async saveStructure(graph: ModelGraph, kept: KeptChannels): Promise<void> {
    await writeJson(this.path('kept'), kept);
    await writeJson(this.path('sparseGraph'), graph);
  }

  saveMasks(masks: ReadonlyMap<ParamName, Mask>): Promise<void> {
    return writeWhole(this.path('masks'), encodeMasks(masks));
  }

  /** Never rejects: a disk that may not be written any more must not take the process along. */
  async release(): Promise<void> {
    await rm(this.path('reserve'), { force: true }).catch(() => undefined);
    await this.lock.release();
  }

  /** Gives the last checkpoint a second name, in one step; the first stays until the next one takes its place. */
  private async keepPrevious(): Promise<void> {
    const [last, aside] = [this.path('checkpoint'), path.join(this.folder, `.${files.previous}.tmp`)];
    await rm(aside, { force: true });
    try {
      // Not every file system has hard links.
      await link(last, aside).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') throw error;
        return copyFile(last, aside);
      });
      await rename(aside, this.path('previous'));
    } catch (error) {
      await rm(aside, { force: true });
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new Error(`cannot keep ${last}: ${(error as Error).message}`);
    }
  }

  /** Removes what a killed process left behind while it was writing. */
  private async clean(): Promise<void> {
    const names = await readdir(this.folder);
    const left = names.filter((name) => name.endsWith('.tmp'));
    await Promise.all(left.map((name) => rm(path.join(this.folder, name), { force: true })));
  }
}
