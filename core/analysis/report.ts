// What analysis says about a model: totals, one row a layer, groups. Lenses, hovers, trees and the CLI print this.
import type { PruneGroup } from '../graph/coupling/group';
import type { ModelGraph, NodeId, SourceRange } from '../graph/model-graph';
import type { CallTrace, ModuleTrace } from '../graph/module-tree';
import type { Shape } from '../graph/shape';
import type { Fit } from '../sparsity/fit';
import type { WeightFacts } from './weight-facts';

export interface ModelReport {
  readonly graph: ModelGraph;
  readonly totals: Totals;
  readonly layers: readonly LayerReport[];
  readonly groups: readonly PruneGroup[];
  /** Where the lens above the model goes: the class or factory. */
  readonly source?: SourceRange;
  /** The framework's own modules and the user's calls of them, where the trace saw them. */
  readonly modules: readonly ModuleTrace[];
  readonly calls: readonly CallTrace[];
  /** Every tensor of the file, where the model came from a file that holds values. */
  readonly weights?: readonly WeightFacts[];
  /** What the trace could not see, one line each ("forward stops at torch.linalg.svd"). Empty when exact. */
  readonly notes: readonly string[];
}

export interface Totals {
  /** Trainable and buffers apart, as frameworks count them. */
  readonly params: number;
  readonly buffers: number;
  /** For one sample. FLOPs = 2 × MACs + the element-wise rest. */
  readonly macs: number;
  readonly flops: number;
  readonly bytes: number;
  /** How many of the parameters whose values are known are zero already. */
  readonly zeros?: { readonly zeros: number; readonly of: number };
  readonly prunableLayers: number;
  /** Layers that hold a weight matrix: convolutions and linears. */
  readonly layers: number;
}

export interface LayerReport {
  readonly path: string;
  readonly node: NodeId;
  readonly op: string;
  readonly params: number;
  /** Share of the model's parameters and FLOPs, 0 … 1. */
  readonly paramShare: number;
  readonly flops: number;
  readonly flopShare: number;
  readonly input: Shape;
  readonly output: Shape;
  readonly weight: readonly number[];
  readonly patterns: readonly PatternFit[];
  readonly source: readonly SourceRange[];
  /** What the file holds for the layer's weight. */
  readonly stored?: WeightFacts;
}

export interface PatternFit {
  readonly pattern: string;
  readonly label: string;
  readonly fit: Fit;
  /** The group whose channels `channel` would remove. */
  readonly group?: string;
}
