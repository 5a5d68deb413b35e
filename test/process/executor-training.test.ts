// Training steps of the example network against real PyTorch running the example file itself.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorData, Weights } from '../../core/graph/tensor';
import { permuteAxes } from '../../core/sparsity/permute';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { Adam } from '../../training/optimizers/adam';
import { Executor } from '../../training/executor/executor';
import type { Optimizer } from '../../training/optimizers/optimizer';
import { Parameters } from '../../training/executor/parameters';
import { Sgd } from '../../training/optimizers/sgd';
import { Classification } from '../../training/tasks/classification';
import { trainStep } from '../../training/trainer/step';
import { difference, randomModel, randomTensor } from '../unit/export/models';
import { convnetGraph } from './export-convnet';
import { noTorch, runTorch } from './torch';

const [batch, steps] = [16, 3];
const labels = Int32Array.from({ length: batch }, (_, i) => (7 * i) % 10);

const script = (widths: readonly number[], names: readonly string[], optimizer: string) => `
sys.path.insert(0, ${JSON.stringify(path.resolve('examples/pytorch'))})
from convnet import convnet
names = ${JSON.stringify(names)}
images, *weights = inputs
model = convnet(widths=(${widths.join(', ')}))
missing, unexpected = model.load_state_dict(dict(zip(names, weights)), strict=False)
assert not unexpected and all("num_batches" in name for name in missing), (missing, unexpected)
labels = torch.tensor(${JSON.stringify([...labels])})
optimizer = torch.optim.${optimizer}
model.eval()
with torch.no_grad(): results = [model(images)]
model.train()
losses = []
for _ in range(${steps}):
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.detach())
model.eval()
with torch.no_grad(): results.append(model(images))
state = model.state_dict()
answer([torch.stack(losses), *results, *(state[name] for name in names)])
`;

describe.skipIf(noTorch)(`training steps are PyTorch's${noTorch ? ` (${noTorch})` : ''}`, () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  const optimizers: [string, string, (parameters: Parameters) => Optimizer][] = [
    ['SGD', 'SGD(model.parameters(), lr=0.05, momentum=0.9)', (p) => new Sgd(p, 0.05)],
    ['Adam', 'Adam(model.parameters(), lr=1e-3)', (p) => new Adam(p, 1e-3)],
  ];
  // The second set of widths is what pruning leaves: no multiple of a vector's length among them.
  const cases = optimizers.flatMap((optimizer) =>
    (
      [
        [16, 32, 64],
        [5, 11, 23],
      ] as const
    ).map((widths) => [...optimizer, widths] as const),
  );

  it.each(cases)('with %s', async (_, inTorch, ours, widths) => {
    const model = randomModel(convnetGraph(widths), 3);
    const names = [...model.weights.keys()];
    const images = randomTensor([batch, 1, 28, 28], 5, 0, 1);
    const [losses, before, after, ...state] = runTorch(script(widths, names, inTorch), [
      images,
      ...model.weights.values(),
    ]);

    const parameters = Parameters.load(model.graph, model.weights);
    const executor = new Executor(model.graph, parameters);
    const optimizer = ours(parameters);
    const nhwc = {
      shape: [batch, 28, 28, 1],
      data: permuteAxes(images.data as Float32Array, images.shape, [0, 2, 3, 1]),
    };
    const x = tf.tensor(nhwc.data, [batch, 28, 28, 1]);
    const given = { inputs: [nhwc], targets: { kind: 'classes', labels }, count: batch } as const;
    const task = new Classification();
    expect(difference(before!, await plain(executor.predict([x])[0]!))).toBeLessThan(1e-4);
    for (let step = 0; step < steps; step++) {
      const { loss } = await trainStep(executor, optimizer, task, given, { seed: step });
      expect(Math.abs(loss - losses!.data[step]!)).toBeLessThan(1e-3 * Math.max(1, losses!.data[step]!));
    }
    expect(difference(after!, await plain(executor.predict([x])[0]!))).toBeLessThan(1e-2);
    const saved: Weights = await parameters.save();
    for (const [i, name] of names.entries()) {
      expect(difference(state[i]!, saved.get(name)!), name).toBeLessThan(2e-3);
    }
  });
});

const plain = async (tensor: tf.Tensor): Promise<TensorData> => ({
  shape: tensor.shape,
  data: (await tensor.data()) as Float32Array,
});
