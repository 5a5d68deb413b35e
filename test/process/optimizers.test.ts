// Optimizers and gradient clipping against torch.optim: the same gradients, many steps, the same weights.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import { N } from '../../core/graph/shape';
import type { TensorData } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { Parameters } from '../../training/executor/parameters';
import { clipNorm, clipValue, type Gradients } from '../../training/optimizers/clip';
import { type OptimizerName, type OptimizerOptions, optimizers } from '../../training/optimizers/table';
import { randomTensor } from '../unit/export/models';
import { noTorch, runTorch } from './torch';

const steps = 25;
const shapes = { 'fc.weight': [7, 5], 'fc.bias': [7], 'norm.weight': [7], 'norm.bias': [7] } as const;
const names = Object.keys(shapes) as (keyof typeof shapes)[];

/** A linear layer and a norm: one parameter that decays as a rule, three that do not. */
function graph() {
  const builder = new GraphBuilder('pytorch');
  const fc = { inFeatures: 5, outFeatures: 7, bias: true };
  const [y] = builder.add('linear', [builder.input([N, 5])], fc, { path: 'fc' });
  const norm = { shape: [7], eps: 1e-5, affine: true, bias: true };
  const [z] = builder.add('layerNorm', [y!], norm, { path: 'norm' });
  return builder.finish('net', [z!]);
}

const script = (optimizer: string, clip: string, groups: boolean) => `
params = [torch.nn.Parameter(p) for p in inputs[:4]]
groups = [{"params": params[:1]}, {"params": params[1:], "weight_decay": 0.0}] if ${groups ? 'True' : 'False'} else params
optimizer = torch.optim.${optimizer}
for step in range(${steps}):
    for i, p in enumerate(params): p.grad = inputs[4 + step * 4 + i].clone()
    ${clip || 'pass'}
    for group in optimizer.param_groups: group["lr"] *= 0.97
    optimizer.step()
answer([p.data for p in params])
`;

interface Case {
  readonly torch: string;
  readonly name: OptimizerName;
  readonly rate: number;
  readonly options: OptimizerOptions;
  readonly clip?: readonly [string, (gradients: Gradients) => Gradients];
}

const cases: Case[] = [
  { torch: 'SGD(groups, lr=0.1)', name: 'sgd', rate: 0.1, options: { momentum: 0 } },
  { torch: 'SGD(groups, lr=0.1, momentum=0.9)', name: 'sgd', rate: 0.1, options: {} },
  {
    torch: 'SGD(groups, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.1)',
    name: 'sgd',
    rate: 0.05,
    options: { momentum: 0.8, nesterov: true, weightDecay: 0.1 },
  },
  {
    torch: 'SGD(groups, lr=0.05, momentum=0.9, weight_decay=0.1)',
    name: 'sgd',
    rate: 0.05,
    options: { weightDecay: 0.1, decayAll: true },
  },
  { torch: 'Adam(groups, lr=0.01)', name: 'adam', rate: 0.01, options: {} },
  {
    torch: 'Adam(groups, lr=0.01, weight_decay=0.1)',
    name: 'adam',
    rate: 0.01,
    options: { weightDecay: 0.1 },
  },
  {
    torch: 'AdamW(groups, lr=0.01, weight_decay=0.3)',
    name: 'adamw',
    rate: 0.01,
    options: { weightDecay: 0.3 },
  },
  {
    torch: 'AdamW(groups, lr=0.01, weight_decay=0.3)',
    name: 'adamw',
    rate: 0.01,
    options: { weightDecay: 0.3, decayAll: true },
  },
  {
    torch: 'SGD(groups, lr=0.1, momentum=0.9)',
    name: 'sgd',
    rate: 0.1,
    options: {},
    clip: ['torch.nn.utils.clip_grad_norm_(params, 2.0)', (gradients) => clipNorm(gradients, 2)],
  },
  {
    torch: 'SGD(groups, lr=0.1)',
    name: 'sgd',
    rate: 0.1,
    options: { momentum: 0 },
    clip: ['torch.nn.utils.clip_grad_value_(params, 0.3)', (gradients) => clipValue(gradients, 0.3)],
  },
];

/** As `allclose` counts: relative to the value, with the float's own grain at the largest. */
const relative = (a: TensorData, b: TensorData): number => {
  const scale = Math.max(...a.data.map(Math.abs));
  return Math.max(
    ...[...a.data].map((value, i) => Math.abs(value - b.data[i]!) / Math.max(Math.abs(value), 0.1 * scale)),
  );
};

describe.skipIf(noTorch)(`optimizers are PyTorch's${noTorch ? ` (${noTorch})` : ''}`, () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  it.each(cases)('$torch with $options', async ({ torch, name, rate, options, clip }) => {
    const start = names.map((key, i) => randomTensor([...shapes[key]], 11 + i, -1, 1));
    const gradients = Array.from({ length: steps }, (_, step) =>
      names.map((key, i) => randomTensor([...shapes[key]], 100 + step * 4 + i, -1, 1)),
    );
    const groups = !options.decayAll;
    const wanted = runTorch(script(torch, clip?.[0] ?? '', groups), [...start, ...gradients.flat()]);

    const parameters = Parameters.load(graph(), new Map(names.map((key, i) => [key, start[i]!])));
    let optimizer = optimizers[name](parameters, rate, options);
    let tensors = 0;
    for (const [step, given] of gradients.entries()) {
      // A state that came from a file goes on as if it had not.
      if (step === 12) {
        const state = await optimizer.state();
        optimizer.dispose();
        optimizer = optimizers[name](parameters, optimizer.learningRate, options);
        optimizer.restore(state);
      }
      optimizer.learningRate *= 0.97;
      tf.tidy(() => {
        const all: Gradients = new Map(
          names.map((key, i) => [key, parameters.toKernel(key, given[i]!.data as Float32Array)]),
        );
        optimizer.apply(clip ? clip[1](all) : all);
      });
      if (step === 1) tensors = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(tensors);
    const saved = await parameters.save();
    names.forEach((key, i) => expect(relative(wanted[i]!, saved.get(key)!), key).toBeLessThan(1e-5));
    optimizer.dispose();
    parameters.dispose();
  });
});
