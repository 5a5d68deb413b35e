// What the mask view shows: layers, and windows of one layer's mask and weights, read from a run folder.
import { stat } from 'node:fs/promises';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import type { MaskLayer, MaskPage, MaskPageRequest } from '../../core/protocol/training-host';
import { patternOf } from '../../core/recipe/pattern-of';
import { density, fullMask, isKept, type Mask } from '../../core/sparsity/mask';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { type MatrixLayer, matrixLayers } from '../methods/matrix-layers';
import type { Checkpoint } from './checkpoint';
import { type Cuts, cutsOf, scatter } from './dense-view';
import type { RunFolder } from './run-folder';
import { readWindow } from './mask-window';

/** All that is read from disk for one state of a run. */
interface Contents {
  readonly stamp: string;
  readonly graph: ModelGraph;
  readonly layers: readonly MatrixLayer[];
  readonly masks: ReadonlyMap<ParamName, Mask>;
  readonly checkpoint: Checkpoint | undefined;
  readonly cuts: Cuts;
}

/** Keeps what it read last: a view asks for many windows of the same layer. */
export class MaskPages {
  private last: Promise<Contents> | undefined;
  private lastStamp = '';
  private weights: { readonly key: string; readonly data: Float32Array } | undefined;

  async layers(run: RunFolder): Promise<MaskLayer[]> {
    const { layers, masks, cuts } = await this.contents(run);
    const { recipe } = await run.record();
    const pattern = patternOf(recipe);
    return layers.map(({ param, node, matrix }): MaskLayer => {
      const mask = masks.get(param);
      const group = pattern?.fits(matrix).ok ? pattern.group : undefined;
      return {
        path: node.path,
        param,
        rows: matrix.rows,
        cols: matrix.cols,
        density: mask ? density(mask) : 1,
        ...(mask && cuts.has(param) ? { keptRows: keptRows(mask) } : {}),
        ...(group === undefined ? {} : { groupSize: group }),
      };
    });
  }

  /** Rejects with one line when there is no such layer or the window is none. */
  async page(run: RunFolder, request: MaskPageRequest): Promise<MaskPage> {
    const contents = await this.contents(run);
    const layer = contents.layers.find(({ param }) => param === request.param);
    if (!layer) throw new Error(`${contents.graph.name} has no weight matrix ${request.param}`);
    const { rows, cols } = layer.matrix;
    const mask = contents.masks.get(layer.param) ?? fullMask([rows, cols]);
    const weights = request.stride === 1 ? this.weightsOf(contents, layer) : undefined;
    return readWindow({ mask, rows, cols, weights }, request);
  }

  private async contents(run: RunFolder): Promise<Contents> {
    const stamp = await stampOf(run);
    if (this.last && this.lastStamp === stamp) return this.last;
    this.lastStamp = stamp;
    const reading = read(run, stamp);
    this.last = reading;
    // What could not be read may be readable the next time.
    reading.catch(() => (this.last = undefined));
    return reading;
  }

  /** A layer's weights in matrix order, in the dense shape; undefined before the first checkpoint. */
  private weightsOf(contents: Contents, { param, node }: MatrixLayer): Float32Array | undefined {
    const { stamp, graph, checkpoint, cuts } = contents;
    const tensor = checkpoint?.weights.get(param);
    if (!tensor) return undefined;
    const key = `${stamp} ${param}`;
    if (this.weights?.key !== key) {
      const cut = cuts.get(param);
      const dense = cut
        ? scatter(graph.params[param]!.shape, cut, tensor.data)
        : (tensor.data as Float32Array);
      this.weights = { key, data: toMatrixOrder(graph, node, dense) };
    }
    return this.weights.data;
  }
}

async function read(run: RunFolder, stamp: string): Promise<Contents> {
  const [graph, masks, checkpoint] = [await run.graph(), await run.masks(), await run.checkpoint()];
  const kept = checkpoint?.structure === 'sparse' ? await run.kept() : undefined;
  const cuts: Cuts = kept ? cutsOf(graph, kept) : new Map();
  return { stamp, graph, layers: matrixLayers(graph), masks, checkpoint, cuts };
}

/** Changes with every checkpoint. */
async function stampOf(run: RunFolder): Promise<string> {
  const times = [run.path('checkpoint'), run.path('masks')].map((file) =>
    stat(file).then(
      ({ mtimeMs, size }) => `${mtimeMs}/${size}`,
      () => '-',
    ),
  );
  return [run.folder, ...(await Promise.all(times))].join(' ');
}

function keptRows(mask: Mask): boolean[] {
  const [rows = 0, cols = 0] = mask.shape;
  return Array.from({ length: rows }, (_, row) => {
    for (let col = 0; col < cols; col++) if (isKept(mask, row * cols + col)) return true;
    return false;
  });
}
