// Where in the module tree a block is built: paths, source rows and the settings of the whole model go along.
import type { GraphBuilder, NodePlace } from '../../../core/graph/builder';
import type { Attrs, SourceRange, ValueId } from '../../../core/graph/model-graph';
import { isBatch, type Shape, ShapeError } from '../../../core/graph/shape';

/** What holds for all rows of a file. */
export interface Settings {
  /** Classes. */
  readonly nc: number;
  /** Keypoints and values each, for Pose heads. */
  readonly keypoints: readonly [number, number];
  /** Op and attributes after each Conv; undefined where the file says `nn.Identity()`. */
  readonly activation: { readonly op: string; readonly attrs: Attrs } | undefined;
  /** Heads classify with plain convolutions; files that use C3k2 have depthwise ones. */
  readonly plainClassifier: boolean;
  /** Every C3k2 holds C3k blocks, whatever its row says: so in the m, l and x scales. */
  readonly deepC3k2: boolean;
}

/** Settings, and the height of the images that come in. */
export interface Whole extends Settings {
  readonly height: number;
}

/** How a layer's parameters start, and whether they stay so. */
type Fixed = Pick<NodePlace, 'init' | 'frozen'>;

export class Place {
  constructor(
    private readonly builder: GraphBuilder,
    readonly path: string,
    private readonly source: readonly SourceRange[],
    readonly settings: Whole,
  ) {}

  /** The submodule of this name. */
  at(name: string | number): Place {
    return new Place(this.builder, `${this.path}.${name}`, this.source, this.settings);
  }

  /** One node with one output. */
  add(op: string, inputs: readonly ValueId[], attrs: Attrs = {}, fixed: Fixed = {}): ValueId {
    return this.builder.add(op, inputs, attrs, { path: this.path, source: this.source, ...fixed })[0]!;
  }

  /** A module nobody knows: channels stop here, and its output is taken to be as its input. */
  barrier(name: string, inputs: readonly ValueId[]): ValueId {
    const place = { path: this.path, source: this.source };
    return this.builder.addUnknown(name, inputs, [this.shape(inputs[0]!)], place)[0]!;
  }

  shape(x: ValueId): Shape {
    return this.builder.shapeOf(x);
  }

  size(x: ValueId, axis: number): number {
    const dim = this.shape(x)[axis];
    if (dim === undefined || isBatch(dim)) throw new ShapeError(`its input has no size along axis ${axis}`);
    return dim;
  }

  channels(x: ValueId): number {
    return this.size(x, 1);
  }

  /** `x.chunk(2, 1)`: the first and the second half of the channels. */
  halves(x: ValueId): [ValueId, ValueId] {
    const length = this.channels(x) / 2;
    const part = (start: number) => this.add('slice', [x], { axis: 1, start, length, step: 1 });
    return [part(0), part(length)];
  }

  /** The sizes that follow the batch. */
  reshape(x: ValueId, ...sizes: readonly number[]): ValueId {
    return this.add('reshape', [x], { shape: [{ batch: 1 }, ...sizes] });
  }

  concat(xs: readonly ValueId[], axis = 1): ValueId {
    return this.add('concat', xs, { axis });
  }
}
