// PST's steps against real PyTorch: the same equations written with autograd and a straight-through mask of its own.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { Batches } from '../../training/data/batches';
import type { Dataset } from '../../training/data/dataset';
import { drawDigits } from '../../training/data/kinds/digits';
import { Parameters } from '../../training/executor/parameters';
import type { Checkpoint } from '../../training/runs/checkpoint';
import { tinyMlp, tinyRecipe } from '../unit/training/tiny';
import { Trial } from '../unit/training/trial';
import { noTorch, runTorch } from './torch';

const script = `
class TopMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores, v):
        mask = torch.ones(scores.numel())
        mask[scores.flatten().argsort()[:int(scores.numel() * v + 1e-6)]] = 0
        return mask.reshape(scores.shape)
    @staticmethod
    def backward(ctx, grad):
        return grad, None

x, y, v, options = inputs[:4]
rate, beta, alpha1, alpha2, detach = options.tolist()
frozen = inputs[4:8]
learnt = [t.requires_grad_() for t in inputs[8:]]

def linear(x, W, b, U, V, A, B, R, C):
    own = W + beta * U @ V
    size = own.abs().detach() if detach else own.abs()
    mask = TopMask.apply(size + alpha1 * A @ B + alpha2 * (R + C), sparsity)
    return F.linear(x, mask * own, b)

for step, sparsity in enumerate(v.tolist()):
    h = torch.relu(linear(x[step].flatten(1), *frozen[:2], *learnt[2:8]))
    h = torch.relu(linear(h, *frozen[2:], *learnt[8:14]))
    F.cross_entropy(F.linear(h, *learnt[:2]), y[step].long()).backward()
    with torch.no_grad():
        for t in learnt:
            t -= rate * t.grad
            t.grad = None
answer(learnt)
`;

const graph = tinyMlp();
const weights = Parameters.initial(graph, 3);
const batch = 16;
let data: Dataset;
beforeAll(async () => {
  await wasmDevice(path.resolve('dist')).activate();
  data = await drawDigits(256, 100);
});

const learnt = (of: Checkpoint): Map<string, TensorData> =>
  new Map([
    ...['head.weight', 'head.bias'].map((name) => [name, of.weights.get(name)!] as const),
    ...['a.weight', 'b.weight'].flatMap((param) =>
      [...'UVABRC'].map((factor) => {
        const name = `pst/${factor}/${param}`;
        return [name, of.optimizer.get(`extra/${name}`)!] as const;
      }),
    ),
  ]);

/** ‖a − b‖ / ‖b − start‖: of what was learnt, not of what was there. */
function apart(a: TensorData, b: TensorData, start: TensorData): number {
  let [off, moved] = [0, 0];
  a.data.forEach((value, i) => {
    off += (value - b.data[i]!) ** 2;
    moved += (b.data[i]! - start.data[i]!) ** 2;
  });
  expect(moved).toBeGreaterThan(0);
  return Math.sqrt(off / moved);
}

describe.skipIf(noTorch)('PST and PyTorch', () => {
  it.each([
    ['as published', { beta: 1, alpha1: 1, alpha2: 1, detachMagnitude: false }],
    ['with other scales', { beta: 0.5, alpha1: 0.7, alpha2: 0.3, detachMagnitude: false }],
    ['with sizes off the tape', { beta: 1, alpha1: 1, alpha2: 1, detachMagnitude: true }],
  ])('go the same way in the ramp, %s', async (_, own) => {
    const [from, steps, rate] = [14, 3, 0.02];
    const recipe = tinyRecipe('pst', {
      sparsity: 0.9,
      options: { denseShare: 0, scope: 'all', weightRank: 3, maskRank: 2, ...own },
      training: {
        ...{ batch, optimizer: 'sgd', momentum: 0, weightDecay: 0 },
        ...{ learningRate: rate, schedule: 'constant', warmUp: 0 },
      },
    });
    const trial = new Trial(graph, () => data, weights);
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe, from);
    const before = learnt((await run.checkpoint())!);
    await trial.train(run, recipe, from + steps);
    const after = learnt((await run.checkpoint())!);

    const { seed } = recipe.training;
    const order = new Batches(data.train.count, batch, seed);
    const taken = await Promise.all(
      Array.from({ length: steps }, (_, i) => data.train.take(order.at(from + i))),
    );
    const numbers = (values: readonly number[], shape = [values.length]): TensorData => ({
      shape,
      data: Float32Array.from(values),
    });
    const images = taken.flatMap(({ inputs }) => [...inputs[0]!.data]);
    const labels = taken.flatMap(({ targets }) => (targets.kind === 'classes' ? [...targets.labels] : []));
    const v = taken.map((_, i) => 0.9 * (1 - (1 - (from + i - 3.2) / 19.2) ** 3));
    const found = runTorch(script, [
      numbers(images, [steps, batch, 784]),
      numbers(labels, [steps, batch]),
      numbers(v),
      numbers([rate, own.beta, own.alpha1, own.alpha2, Number(own.detachMagnitude)]),
      ...['a.weight', 'a.bias', 'b.weight', 'b.bias'].map((name) => weights.get(name)!),
      ...before.values(),
    ]);
    [...after].forEach(([name, value], i) => {
      expect(value.shape, name).toEqual(found[i]!.shape);
      expect(apart(value, found[i]!, before.get(name)!), name).toBeLessThan(1e-3);
    });
  });
});
