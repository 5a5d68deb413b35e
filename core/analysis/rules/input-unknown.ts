// Says that a model's input is unknown: its parameters are counted, but nothing that depends on shapes.
import type { Param } from '../../graph/model-graph';
import type { ModelReport } from '../report';
import type { Rule } from './rule';

export const inputUnknown: Rule = {
  id: 'input-unknown',
  severity: 'information',

  check(report) {
    const { graph, source } = report;
    if (!source || graph.inputs.length > 0 || Object.keys(graph.params).length === 0) return [];
    return [
      {
        ruleId: inputUnknown.id,
        severity: inputUnknown.severity,
        message: `the input of ${graph.name} is unknown, so its shapes and FLOPs are; a comment can say it`,
        source,
        fix: { kind: 'input', shape: likelyInput(report) },
      },
    ];
  },
};

/** What the first weight reads, at the size that its kind most often sees; something to start from. */
function likelyInput({ graph: { params } }: ModelReport): readonly number[] {
  for (const { shape, trainable } of Object.values<Param>(params)) {
    const [, inputs = 1] = shape;
    if (!trainable || shape.length < 2) continue;
    if (shape.length === 2) return [1, inputs];
    return [1, inputs, ...({ 3: [256], 4: [224, 224], 5: [16, 112, 112] }[shape.length] ?? [])];
  }
  return [1, 3, 224, 224];
}
