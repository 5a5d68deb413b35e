// Every op of the table, exported to ONNX and run by ONNX Runtime, against what PyTorch computes.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { exportOnnx } from '../../training/export/onnx/export';
import { onnxOps } from '../../training/export/onnx/ops/table';
import { difference, randomInputs, randomModel } from '../unit/export/models';
import { image, opCases as cases } from './op-cases';
import { noTorch, runTorch } from './torch';

const runtime = loadOnnxRuntime(path.resolve('dist'));

describe.skipIf(noTorch)(`ONNX Runtime and PyTorch agree${noTorch ? ` (${noTorch})` : ''}`, () => {
  const built = cases.map(({ op, attrs = {}, inputs = [image], torch }) => {
    const builder = new GraphBuilder('pytorch');
    const ids = inputs.map((shape) => builder.input(shape));
    // relu6 saturates at 6: its input is stretched so that a test can tell.
    const wide = op === 'relu6' ? builder.add('mul', ids, { scalar: 5 }, { path: '' }) : ids;
    const outputs = builder.add(op, wide, attrs, { path: 'm' });
    const model = randomModel(builder.finish(op, outputs));
    return { model, inputs: randomInputs(model, 2), torch };
  });
  const all = built.flatMap(({ model, inputs }) => [...inputs, ...model.weights.values()]);
  const script = built.map(({ model, inputs, torch }) => {
    const roles = Object.keys(model.graph.nodes.at(-1)!.params);
    const names = [...['x', 'y'].slice(0, inputs.length), ...roles];
    return `${names.map((name) => `${name} = next(queue)`).join('\n')}\nresults.append(${torch})\n`;
  });
  const expected = noTorch
    ? []
    : runTorch(`queue = iter(inputs)\nresults = []\n${script.join('')}answer(results)\n`, all);

  it('on every op there is', () => {
    expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(onnxOps.keys()));
  });

  it.each(built.map(({ torch }, i) => [torch, i] as const))('%s', async (_, i) => {
    const { model, inputs } = built[i]!;
    const session = await runtime.open(exportOnnx(model));
    const [actual] = await session.run(inputs);
    await session.release();
    expect(difference(expected[i]!, actual!)).toBeLessThan(1e-5);
  });
});
