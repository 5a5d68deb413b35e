// What a model's `state_dict` holds: its parameters by name, and for PyTorch the counters that strict loading asks for.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';

/** In the order of the graph's parameters. Throws one line that names a parameter without values, or of another shape. */
export function stateDict({ graph, weights }: TrainedModel): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  const counters = new Map(graph.framework === 'pytorch' ? counterAfter(graph) : []);
  for (const [name, { shape }] of Object.entries(graph.params)) {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`the parameter ${name} has no values; the run is damaged`);
    if (tensor.shape.join() !== shape.join())
      throw new Error(
        `the parameter ${name} is ${tensor.shape.join('×')} but the model says ${shape.join('×')}`,
      );
    tensors.set(name, tensor);
    const counter = counters.get(name);
    if (counter && !graph.params[counter]) tensors.set(counter, { shape: [], data: Int32Array.of(0) });
  }
  return tensors;
}

/** PyTorch's BatchNorm counts its batches after `running_var`; the count matters to nothing but `strict=True`. */
function counterAfter({ nodes }: TrainedModel['graph']): [string, string][] {
  return nodes.flatMap(({ op, params }): [string, string][] => {
    const variance = params['running_var'];
    if (op !== 'batchNorm2d' || !variance) return [];
    return [[variance, variance.replace(/running_var$/, 'num_batches_tracked')]];
  });
}
