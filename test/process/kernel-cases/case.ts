// One case a kernel and a way of using it, with what PyTorch calls it; values and gradients are held against that.
import type { Attrs, DType } from '../../../core/graph/model-graph';
import { N, type Shape } from '../../../core/graph/shape';

export interface KernelInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  /** Numbers from low up to high; whole numbers of `int32` stay below it. */
  readonly low?: number;
  readonly high?: number;
}

export interface KernelCase {
  readonly op: string;
  readonly attrs: Attrs;
  readonly inputs: readonly KernelInput[];
  /** Python over the inputs x, y, z, w, v and the parameters by role; a tuple where there are several outputs. */
  readonly torch: string;
  /** As in training; inference otherwise. */
  readonly training: boolean;
}

export const image: Shape = [N, 4, 7, 9];
export const volume: Shape = [N, 4, 5, 6, 7];
export const sequence: Shape = [N, 4, 9];
export const vectors: Shape = [N, 6];

type Given = Shape | KernelInput;
const asInput = (given: Given): KernelInput => ('shape' in given ? given : { shape: given });

/** @param inputs an image where nothing is said. */
export const given = (
  op: string,
  torch: string,
  attrs: Attrs = {},
  inputs: readonly Given[] = [image],
  training = true,
): KernelCase => ({ op, torch, attrs, inputs: inputs.map(asInput), training });

export const atInference = (one: KernelCase): KernelCase => ({ ...one, training: false });

export const positive = (shape: Shape): KernelInput => ({ shape, low: 0.3, high: 2 });
export const positions = (shape: Shape, high: number): KernelInput => ({
  shape,
  dtype: 'int32',
  low: 0,
  high,
});
export const truths = (shape: Shape): KernelInput => ({ shape, dtype: 'bool' });
