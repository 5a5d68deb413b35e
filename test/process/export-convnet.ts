// The graph of examples/pytorch/convnet.py, whole, masked and pruned: PyTorch's strict loading holds it to the file.
import { GraphBuilder } from '../../core/graph/builder';
import type { ModelGraph, ValueId } from '../../core/graph/model-graph';
import { findGroups } from '../../core/graph/coupling/groups';
import { N } from '../../core/graph/shape';
import { applySlices, shrink } from '../../core/graph/surgery';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';

/** @param stages the widths that `convnet(widths)` takes. */
export function convnetGraph(stages: readonly [number, number, number] = [16, 32, 64]): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const convBn = (
    x: ValueId,
    [conv, bn]: readonly [string, string],
    outChannels: number,
    kernel: number,
    stride: number,
  ): ValueId => {
    const inChannels = Number(builder.shapeOf(x)[1]);
    const window = {
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [kernel >> 1, kernel >> 1],
    };
    const attrs = { inChannels, outChannels, ...window, dilation: [1, 1], groups: 1, bias: false };
    const [y] = builder.add('conv2d', [x], attrs, { path: conv });
    return builder.add(
      'batchNorm2d',
      [y!],
      { features: outChannels, eps: 1e-5, affine: true },
      { path: bn },
    )[0]!;
  };
  const relu = (x: ValueId, path: string) => builder.add('relu', [x], {}, { path })[0]!;

  let x = relu(convBn(builder.input([N, 1, 28, 28]), ['stem.0', 'stem.1'], stages[0], 3, 2), 'stem.2');
  stages.forEach((width, i) => {
    const path = `layers.${i}`;
    const stride = i > 0 ? 2 : 1;
    const isProjected = i > 0;
    const identity = isProjected
      ? convBn(x, [`${path}.shortcut.0`, `${path}.shortcut.1`], width, 1, stride)
      : x;
    const hidden = relu(convBn(x, [`${path}.conv1`, `${path}.bn1`], width, 3, stride), `${path}.relu`);
    const out = convBn(hidden, [`${path}.conv2`, `${path}.bn2`], width, 3, 1);
    x = relu(builder.add('add', [out, identity], {}, { path })[0]!, `${path}.relu`);
  });
  const [pooled] = builder.add('adaptiveAvgPool2d', [x], { output: [1, 1] }, { path: 'pool' });
  const [flat] = builder.add('flatten', [pooled!], { start: 1, end: -1 }, { path: '' });
  const head = { inFeatures: stages[2], outFeatures: 10, bias: true };
  const [y] = builder.add('linear', [flat!], head, { path: 'head' });
  return builder.finish('convnet', [y!]);
}

/** Surgery as a run does it: every prunable group keeps every other channel, and the last one. */
export function pruned({ graph, weights }: TrainedModel): TrainedModel {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);
  const kept = groups.map(({ id, channels }): [string, Uint32Array] => {
    const even = Array.from({ length: channels }, (_, i) => i).filter((i) => i % 2 === 0);
    return [id, Uint32Array.from([...new Set([...even, channels - 1])])];
  });
  const surgery = shrink(graph, new Map(kept));
  return { graph: surgery.graph, weights: applySlices(weights, surgery.slices) };
}

/** Two of every four weights of each matrix become zero. */
export function halved({ graph, weights }: TrainedModel): TrainedModel {
  const masked = [...weights].map(([name, { shape, data }]): [string, TensorData] => [
    name,
    { shape, data: Float32Array.from(data, (w, i) => (shape.length > 1 && i % 4 < 2 ? 0 : w)) },
  ]);
  return { graph, weights: new Map(masked) };
}
