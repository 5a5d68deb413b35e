// A run folder for reading: anyone may, also while it is being trained. What writes it is in run-writer.ts.
import path from 'node:path';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { TrainedModel, Weights } from '../../core/graph/tensor';
import type { MetricPoint, RunRecord } from '../../core/runs/run-record';
import type { Mask } from '../../core/sparsity/mask';
import { readSafetensors } from '../export/safetensors';
import { type Checkpoint, decodeCheckpoint } from './checkpoint';
import { files, readIfThere, readJson } from './files';
import { decodeMasks } from './masks-file';
import { readMetrics } from './metrics-file';
import { readRecord } from './record';

/** Which channels of each prune group were kept, by group id: `kept.json`. */
export type KeptChannels = Readonly<Record<string, readonly number[]>>;

/** Which of the kept checkpoints a model is taken from. */
export type Which = 'last' | 'best';

export interface Newest {
  readonly checkpoint: Checkpoint;
  readonly notice?: string;
}

export class RunFolder {
  constructor(readonly folder: string) {}

  /** Rejects with one line when there is no run, or one that this version cannot read. */
  static async open(folder: string): Promise<RunFolder> {
    await readRecord(folder);
    return new RunFolder(folder);
  }

  /** `run.json`; a run whose process is gone reads as `interrupted`. */
  record(): Promise<RunRecord> {
    return readRecord(this.folder);
  }

  /** The dense graph, as it was when the run began. */
  async graph(): Promise<ModelGraph> {
    const graph = await readJson(this.path('graph'));
    if (graph === undefined)
      throw new Error(`the run in ${this.folder} has no ${files.graph}; it is damaged`);
    return graph as ModelGraph;
  }

  metrics(from = 0): Promise<MetricPoint[]> {
    return readMetrics(this.path('metrics'), from);
  }

  /** The last checkpoint that can be read; undefined before the first. */
  async checkpoint(): Promise<Checkpoint | undefined> {
    return (await this.newest())?.checkpoint;
  }

  /** The last checkpoint, or the one before where the last is damaged, with one line that says so. */
  async newest(): Promise<Newest | undefined> {
    try {
      const checkpoint = await this.decoded('checkpoint', decodeCheckpoint);
      // Between two renames a crash may have left only the one before.
      const found = checkpoint ?? (await this.decoded('previous', decodeCheckpoint));
      return found && { checkpoint: found };
    } catch (error) {
      const why = (error as Error).message;
      const before = await this.decoded('previous', decodeCheckpoint).catch(() => undefined);
      if (!before)
        throw new Error(`${why}, and no checkpoint before it can: delete it to begin again at step 0`);
      return { checkpoint: before, notice: `${why}; gone on from the one before, of step ${before.step}` };
    }
  }

  /** The checkpoint of the best test metric; undefined before the first measurement, and in runs of version 1. */
  best(): Promise<Checkpoint | undefined> {
    return this.decoded('best', decodeCheckpoint);
  }

  /** The model that pruning began from. Rejects with one line when the run has not come so far. */
  async denseModel(): Promise<TrainedModel> {
    const weights = await this.weightsNamed('dense');
    if (!weights)
      throw new Error(
        `the run in ${this.folder} has not begun to prune: it has no dense model to compare with yet`,
      );
    return { graph: await this.graph(), weights };
  }

  /** The model of the last or the best checkpoint: masked, or physically smaller once channels were removed. */
  async sparseModel(which: Which = 'last'): Promise<TrainedModel> {
    const checkpoint = await this.chosen(which);
    return { graph: await this.graphOf(checkpoint), weights: checkpoint.weights };
  }

  /** The last or the best checkpoint. Rejects with one line where there is none. */
  async chosen(which: Which = 'last'): Promise<Checkpoint> {
    const checkpoint = await (which === 'best' ? this.best() : this.checkpoint());
    if (!checkpoint && which === 'best')
      throw new Error(`the run in ${this.folder} has no best checkpoint: take the last one`);
    if (!checkpoint)
      throw new Error(`the run in ${this.folder} has no checkpoint yet, so there is no model to take`);
    return checkpoint;
  }

  /** The graph that a checkpoint's weights belong to. */
  async graphOf({ structure }: Pick<Checkpoint, 'structure'>): Promise<ModelGraph> {
    if (structure === 'dense') return this.graph();
    const graph = await readJson(this.path('sparseGraph'));
    if (graph === undefined)
      throw new Error(`the run in ${this.folder} has no ${files.sparseGraph}; it is damaged`);
    return graph as ModelGraph;
  }

  /** Undefined while no channels were removed. */
  async kept(): Promise<KeptChannels | undefined> {
    return (await readJson(this.path('kept'))) as KeptChannels | undefined;
  }

  /**
   * By parameter, of shape rows × cols of the dense weight matrix; empty before pruning began. Removed channels of
   * structural runs are zeros, so that every view shows the same matrix.
   */
  async masks(): Promise<Map<ParamName, Mask>> {
    return (await this.decoded('masks', decodeMasks)) ?? new Map<ParamName, Mask>();
  }

  /** Weights that the method kept under a name. Rejects with one line where there are none. */
  async savedWeights(name: string): Promise<Weights> {
    const weights = await this.weightsNamed(name);
    if (!weights) throw new Error(`the run in ${this.folder} has kept no weights named ${name}`);
    return weights;
  }

  path(file: keyof typeof files): string {
    return path.join(this.folder, files[file]);
  }

  /** `dense` has a file that everyone knows; other names have one each beside it. */
  protected weightsFile(name: string): string {
    return path.join(this.folder, name === 'dense' ? files.dense : `kept-${name}.safetensors`);
  }

  private weightsNamed(name: string): Promise<Weights | undefined> {
    return decoded(this.weightsFile(name), (bytes) => readSafetensors(bytes).tensors);
  }

  private decoded<T>(file: keyof typeof files, decode: (bytes: Uint8Array) => T): Promise<T | undefined> {
    return decoded(this.path(file), decode);
  }
}

async function decoded<T>(file: string, decode: (bytes: Uint8Array) => T): Promise<T | undefined> {
  const bytes = await readIfThere(file);
  if (!bytes) return undefined;
  try {
    return decode(bytes);
  } catch (error) {
    const [name, folder] = [path.basename(file), path.dirname(file)];
    throw new Error(`${name} in ${folder} cannot be used: ${(error as Error).message}`);
  }
}
