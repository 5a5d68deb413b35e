// A silent channel still says relu(β): what is added to the biases behind it is that, exactly, and the function stays when it goes.
import { beforeAll, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { GroupId } from '../../../core/graph/coupling/group';
import type { TensorData } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { drawDigits } from '../../../training/data/kinds/digits';
import type { Dataset } from '../../../training/data/dataset';
import { differenceOf } from '../../../training/export/difference';
import { compensate } from '../../../training/methods/mask-sparsity/compensate';
import type { Method, Trainee } from '../../../training/methods/method';
import { tensorOf } from '../../../training/trainer/batches-of';
import { Net } from '../core/support/net';
import { distDir, tinyRecipe } from './support';
import { Trial } from './trial';

let data: Dataset;
beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

/**
 * Two groups: `stem` is read by a 1×1 convolution with a bias, `inner` by the classifier behind a mean. No border is
 * padded behind a ReLU, so that a constant is one everywhere.
 */
function net() {
  const builder = new Net();
  const stem = builder.conv(builder.image(1, 28), 8, 'stem', { stride: 4 });
  const made = builder.relu(builder.norm(stem, 'stem.bn'));
  const read = builder.project(made, 6, 'read', { bias: true });
  const inner = builder.relu(builder.norm(builder.project(builder.relu(read), 8, 'inner'), 'inner.bn'));
  return builder.finish(builder.linear(builder.pool(inner), 10, 'head'));
}

const graph = net();
/** Of both norms: what stays, and shifts of both signs where the scale is zero. */
const keep = Uint32Array.of(0, 2, 3, 6);
const shifts = Float32Array.of(0.1, 0.7, -0.2, 0.3, -0.9, 1.3, 0.2, 0.4);
const kept = new Map<GroupId, Uint32Array>([
  ['stem', keep],
  ['inner', keep],
]);

async function answers(trainee: Trainee): Promise<TensorData[]> {
  // Others than those that the means are measured on.
  const [, batch] = await trainee.batches(2);
  const inputs = batch!.inputs.map(tensorOf);
  const outputs = trainee.executor.predict(inputs);
  const read = outputs.map(async (y): Promise<TensorData> => ({
    shape: y.shape,
    data: (await y.data()) as Float32Array,
  }));
  const found = await Promise.all(read);
  tf.dispose([...inputs, ...outputs]);
  return found;
}

interface Seen {
  readonly before: readonly TensorData[];
  readonly after: readonly TensorData[];
  /** What was added to the biases. */
  readonly added: Readonly<Record<string, readonly number[]>>;
  /** By hand: Σ over doomed channels of the weight · relu(β). */
  readonly wanted: Readonly<Record<string, readonly number[]>>;
}

/** A run whose first step silences channels, compensates and cuts them. */
async function cut(compensated: boolean): Promise<Seen> {
  let seen: Seen | undefined;
  const method: Method = {
    id: 'mask-sparsity',
    prepare: () => ({
      stages: [{ name: 'cut', begin: 0 }],
      prunable: [],
      async beforeStep(step, trainee) {
        if (step > 0) return;
        for (const norm of ['stem.bn', 'inner.bn']) {
          const silent = (value: number, c: number) => (keep.includes(c) ? value : 0);
          const { shape, data: scales } = await trainee.read(`${norm}.weight`);
          trainee.write(`${norm}.weight`, { shape, data: Float32Array.from(scales, silent) });
          trainee.write(`${norm}.bias`, { shape, data: shifts });
        }
        const groups = findGroups(trainee.graph).filter(({ id }) => kept.has(id));
        expect(groups.map(({ id }) => id)).toEqual([...kept.keys()]);
        const of = async (name: string) => [...(await trainee.read(name)).data];
        const wanted: Record<string, number[]> = {};
        for (const [layer, rows] of [
          ['read', 6],
          ['head', 10],
        ] as const) {
          const weights = await of(`${layer}.weight`);
          wanted[layer] = Array.from({ length: rows }, (_, row) =>
            shifts.reduce(
              (sum, shift, c) =>
                sum + (keep.includes(c) ? 0 : weights[row * shifts.length + c]! * Math.max(0, shift)),
              0,
            ),
          );
        }
        const before = await answers(trainee);
        const biases = { read: await of('read.bias'), head: await of('head.bias') };
        if (compensated) await compensate(trainee, groups, kept, await trainee.batches(1));
        const added = {
          read: (await of('read.bias')).map((value, i) => value - biases.read[i]!),
          head: (await of('head.bias')).map((value, i) => value - biases.head[i]!),
        };
        await trainee.shrink(kept);
        seen = { before, after: await answers(trainee), added, wanted };
      },
    }),
  };
  const trial = new Trial(graph, () => data);
  const recipe = tinyRecipe('mask-sparsity', { training: { epochs: 1 } });
  await trial.train(await trial.newRun(recipe), recipe, 1, method);
  return seen!;
}

it('adds W · relu(β) of what goes to the biases behind, and the cut changes nothing', async () => {
  const { before, after, added, wanted } = await cut(true);
  for (const layer of ['read', 'head'])
    added[layer]!.forEach((value, i) => expect(value).toBeCloseTo(wanted[layer]![i]!, 5));
  // Shifts below zero say nothing, those above do.
  expect(Math.max(...wanted['head']!.map(Math.abs))).toBeGreaterThan(0.1);
  expect(differenceOf(before, after).relative).toBeLessThan(1e-5);
});

it('without it the same cut changes what the model says', async () => {
  const { before, after } = await cut(false);
  expect(differenceOf(before, after).relative).toBeGreaterThan(0.1);
});
