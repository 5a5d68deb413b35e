// What the model file view is given: reports of real graphs, as the language server makes them from files.
import { analyze } from '../../../core/analysis/analyze';
import { type ModelFileModel, modelFileModel } from '../../../core/analysis/model-file';
import type { WeightFacts } from '../../../core/analysis/weight-facts';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { weightsGraph } from '../../../language-server/frontends/tensors/weights-graph';
import { resnet18 } from '../../unit/core/support/zoo';
import { uniform } from './random';

const size = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);

/** Facts of every parameter: the first stages are 2:4 already, some channels are dead, the rest is dense. */
function factsOf({ params }: ModelGraph, measured: boolean): WeightFacts[] {
  const next = uniform(5);
  return Object.values(params).map(({ name, shape, axes }): WeightFacts => {
    const facts = { name, shape, axes, dtype: 'F32', bytes: 4 * size(shape) };
    if (!measured) return facts;
    const elements = size(shape);
    const isPruned = /layer[12]/.test(name) && shape.length > 1;
    const zeros = isPruned ? elements / 2 : /layer3/.test(name) ? Math.round(elements * 0.3 * next()) : 0;
    const groups = { all: elements / 4, sparse: isPruned ? elements / 4 : Math.round((elements / 4) * 0.2) };
    const zeroOutputs = /layer3.*bn/.test(name) ? Math.round(next() * 40) : 0;
    const hasGroups = shape.length > 1 && shape[1]! % 4 === 0;
    return {
      ...facts,
      values: { elements, zeros, ...(hasGroups ? { groups } : {}), zeroOutputs, zeroInputs: 0 },
    };
  });
}

/** An ONNX file: everything is known. */
export function onnxFile(measured: boolean): ModelFileModel {
  const graph = { ...resnet18(), name: 'resnet18', framework: 'onnx' as const };
  return modelFileModel(
    analyze(graph, {
      weights: factsOf(graph, measured),
      notes: ['NonMaxSuppression is a barrier (post/nms): channels are not followed through it'],
    }),
  );
}

/** A file of weights with so many tensors that only a few can be in the page. */
export function weightsFile(layers: number, measured: boolean): ModelFileModel {
  const names = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
  const facts = Array.from({ length: layers }, (_, i) =>
    names.map((name, k): WeightFacts => {
      const shape = k < 4 ? [4096, 4096] : k < 6 ? [11008, 4096] : [4096, 11008];
      const elements = size(shape);
      const stored = {
        ...{ name: `model.layers.${i}.${name}.weight`, shape, axes: ['out', 'in'] as const },
        ...{ dtype: 'BF16', bytes: 2 * elements },
      };
      if (!measured) return stored;
      const groups = { all: elements / 4, sparse: i % 2 === 0 ? elements / 4 : Math.round(elements / 90) };
      return {
        ...stored,
        values: { elements, zeros: i % 2 === 0 ? elements / 2 : 312, groups, zeroOutputs: 0, zeroInputs: 0 },
      };
    }),
  ).flat();
  return modelFileModel(analyze(weightsGraph('model', 'pytorch', facts), { weights: facts }));
}
