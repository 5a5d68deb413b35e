// What one operation of the op table declares. An op is one file in ops/; the executor has one kernel an op.
import type { Attrs, AxisRole, DType, Init, Layout, Param } from './model-graph';
import type { Shape } from './shape';
import type { CouplingRule } from './coupling/rule';

/** A parameter as an op declares it, in PyTorch's layout and role names; `conventions.ts` turns it into the framework's. */
export interface ParamSpec {
  readonly role: string;
  readonly shape: readonly number[];
  readonly axes: readonly AxisRole[];
  readonly trainable?: boolean;
  readonly init: Init;
  readonly dtype?: DType;
  /** The whole name of a parameter that no layer of this op owns; otherwise it is called after path and role. */
  readonly name?: string;
}

export interface ShapeContext {
  readonly layout: Layout;
}

export interface OpDef {
  readonly kind: string;
  /** Parameters for these attributes; ops without any leave it out. */
  params?(attrs: Attrs): readonly ParamSpec[];
  /** Output shapes. Throws ShapeError with both shapes when the inputs do not fit. */
  shape(inputs: readonly Shape[], attrs: Attrs, context: ShapeContext): readonly Shape[];
  /** What the outputs hold where that is not what the inputs hold: float before int before bool. */
  dtypes?(inputs: readonly DType[], attrs: Attrs): readonly DType[];
  /** Multiply-accumulates for batch 1. An op that has MACs costs 2 FLOPs each, plus `flops`. */
  macs?(io: OpIo): number;
  /** FLOPs besides those of the MACs, for batch 1: additions of a bias, activations, means. */
  flops?(io: OpIo): number;
  /** How channels of inputs, outputs and parameters are tied. An op without a rule is a barrier. */
  readonly couple?: CouplingRule;
  /** The role whose tensor is a matrix (out × everything else) that weight sparsity acts on. */
  readonly sparseWeight?: 'weight';
}

export interface OpIo {
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
  readonly attrs: Attrs;
  readonly layout: Layout;
}

export type ParamByRole = Readonly<Record<string, Param>>;

export { int, pair } from './attributes';

/** Where channels, height and width stand in a rank-4 shape. */
export const imageAxes = (layout: Layout) =>
  layout === 'NCHW' ? { channel: 1, height: 2, width: 3 } : { channel: 3, height: 1, width: 2 };

/** The axes that windows slide over in a value of any rank: length; height and width; depth, height and width. */
export const spatialAxes = (rank: number, layout: Layout): number[] =>
  Array.from({ length: Math.max(0, rank - 2) }, (_, i) => (layout === 'NCHW' ? i + 2 : i + 1));

/** The axis that carries channels in a value of any rank: 1 in PyTorch's images, the last one otherwise. */
export const channelAxis = (rank: number, layout: Layout): number =>
  layout === 'NCHW' && rank >= 3 ? 1 : rank - 1;
