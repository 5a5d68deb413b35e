// Every op that ONNX export knows, in every way that the kernels are held to, run by ONNX Runtime against what PyTorch computes.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { exportOnnx } from '../../training/export/onnx/export';
import { onnxOps } from '../../training/export/onnx/ops/table';
import { difference } from '../unit/export/models';
import { askTorch, prepared, type Wanted } from './kernel-cases/hold';
import { kernelCases } from './kernel-cases/table';
import { noTorch } from './torch';

const runtime = loadOnnxRuntime(path.resolve('dist'));

/** What ONNX has no words for in opset 17, by what PyTorch calls it: refused in one line. */
const refused: Readonly<Record<string, RegExp>> = {
  'F.adaptive_max_pool1d(x, 4)': /windows of its maximum are of unequal size/,
  'F.adaptive_max_pool2d(x, (3, 3))': /windows of its maximum are of unequal size/,
  'F.adaptive_max_pool3d(x, (2, 2, 2))': /windows of its maximum are of unequal size/,
  'F.interpolate(x, size=(3, 4), mode="area")': /interpolation of mode area is not written/,
  'F.pad(x, (1, 2, 3, 0), mode="circular")': /padding of mode circular came with opset 19/,
  'F.local_response_norm(x, 2)': /its window of 2 lies elsewhere than ONNX's/,
  'F.batch_norm(x, None, None, None, None, True)': /it keeps no statistics/,
  'x.gather(-1, y)': /ONNX gathers along one axis alone, not N×3×5 of N×4×9/,
};
const refusedParts: readonly (readonly [string, RegExp])[] = [
  ['bias_k, bias_v', /learned keys and values \(add_bias_kv\) are not written/],
  ['proj_size=3', /ONNX has no projected hidden state/],
  ['nonlinearity="relu"', /only tanh is written/],
];
const refusal = (torch: string): RegExp | undefined =>
  refused[torch] ?? refusedParts.find(([part]) => torch.includes(part))?.[1];

describe.skipIf(noTorch)(`ONNX Runtime and PyTorch agree${noTorch ? ` (${noTorch})` : ''}`, () => {
  // An exported model is one for inference: what batch norm does in training is no matter here.
  const cases = kernelCases.filter(
    ({ op, training }) => onnxOps.has(op) && !(op === 'batchNorm2d' && training),
  );
  const built = cases.map(prepared);
  let wanted: Wanted[] = [];
  beforeAll(() => {
    wanted = askTorch(built);
  }, 120_000);

  it('on every op there is', () => {
    expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(onnxOps.keys()));
  });

  it.each(built.map(({ torch }, i) => [torch, i] as const))('%s', async (torch, i) => {
    const { model, inputs } = built[i]!;
    const why = refusal(torch);
    if (why) {
      expect(() => exportOnnx(model)).toThrow(why);
      return;
    }
    const session = await runtime.open(exportOnnx(model));
    const outputs = await session.run(inputs);
    await session.release();
    expect(outputs).toHaveLength(wanted[i]!.outputs.length);
    for (const [at, output] of wanted[i]!.outputs.entries())
      expect(difference(output, outputs[at]!), `output ${at}`).toBeLessThan(1e-5);
  });
});
