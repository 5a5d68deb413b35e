// The model graph: what every frontend ends in and what analysis, executor and exporters start from. Plain JSON.
import type { Shape } from './shape';

export type Framework = 'pytorch' | 'keras' | 'tfjs' | 'onnx' | 'yolo';
export type DType = 'float32' | 'int32' | 'bool';
export type ValueId = string;
export type NodeId = string;
/** A parameter's name in its own framework, such as `layer1.0.conv1.weight`. */
export type ParamName = string;

export interface ModelGraph {
  /** The class, factory or variable the model came from. */
  readonly name: string;
  readonly framework: Framework;
  /** Where channels live in the values of rank 4: PyTorch says NCHW, Keras and TF.js NHWC. */
  readonly layout: Layout;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly values: Readonly<Record<ValueId, Value>>;
  /** In an order in which they can run. */
  readonly nodes: readonly GraphNode[];
  readonly params: Readonly<Record<ParamName, Param>>;
}

export type Layout = 'NCHW' | 'NHWC';

export interface Value {
  readonly id: ValueId;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface GraphNode {
  readonly id: NodeId;
  /** A key of the op table (`core/graph/ops`), or `unknown`. */
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly attrs: Attrs;
  /** Role in the op (`weight`, `bias`, …) to the parameter that plays it. Two nodes may share one. */
  readonly params: Readonly<Record<string, ParamName>>;
  /** The module that made it, `layer1.0.conv1`; for a functional call the module whose `forward` it stands in. */
  readonly path: string;
  /** Innermost first: the line that built the layer, then the line that called it. Empty when nothing is known. */
  readonly source: readonly SourceRange[];
}

export type AttrValue =
  number | string | boolean | null | readonly AttrValue[] | { readonly [key: string]: AttrValue };
export type Attrs = Readonly<Record<string, AttrValue>>;

export interface Param {
  readonly name: ParamName;
  /** In the framework's own layout: OIHW for PyTorch, HWIO for TF.js. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** What each axis of `shape` means. */
  readonly axes: readonly AxisRole[];
  /** False for buffers such as BatchNorm's running statistics. */
  readonly trainable: boolean;
  /** A parameter that the model's own code keeps as it is (`requires_grad = False`). */
  readonly frozen?: boolean;
  /** How the framework fills it before training. */
  readonly init: Init;
  /** Other names under which the framework lists it: tied weights, a module that stands in two places. */
  readonly aliases?: readonly ParamName[];
}

/** `channel` is an axis that belongs to input and output at once, as in BatchNorm or a bias. */
export type AxisRole = 'out' | 'in' | 'channel' | 'depth' | 'height' | 'width' | 'other';

export type Init =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly std: number }
  /** A table that the constructor computes, row by row. */
  | { readonly kind: 'values'; readonly data: readonly number[] };

/** Zero-based and end-exclusive, as in LSP. */
export interface SourceRange {
  /** Absolute path of the file, or the path relative to the workspace root that the frontend was given. */
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
