// What an optimizer is here: it changes variables by their gradients and can say and restore its whole state.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import type { tf } from '../../native/tf';

export interface Optimizer {
  learningRate: number;
  /** One step. Gradients stay the caller's. */
  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void;
  /** Everything that a resumed run needs to go on exactly as it would have; in the kernels' layout. */
  state(): Promise<Map<string, TensorData>>;
  restore(state: ReadonlyMap<string, TensorData>): void;
  dispose(): void;
}

export async function snapshot(tensors: ReadonlyMap<string, tf.Tensor>): Promise<Map<string, TensorData>> {
  const out = new Map<string, TensorData>();
  for (const [name, tensor] of tensors)
    out.set(name, { shape: tensor.shape, data: (await tensor.data()) as Float32Array });
  return out;
}
