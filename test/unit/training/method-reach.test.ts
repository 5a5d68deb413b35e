// What methods may do to a model in training beyond masks: other weights in the forward pass, losses, variables, stages.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Weights } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { drawDigits } from '../../../training/data/kinds/digits';
import { distilLogits } from '../../../training/losses/distil';
import type { Method, MethodRun } from '../../../training/methods/method';
import type { Teacher, Trainee } from '../../../training/methods/trainee';
import { Sgd } from '../../../training/optimizers/sgd';
import { distDir, tinyNet, tinyRecipe } from './support';
import { largestDifference, Trial } from './trial';

const graph = tinyNet();
let data: Dataset;
const trial = new Trial(graph, () => data);
const recipe = tinyRecipe('nm-magnitude', { training: { clipNorm: 1 } });

beforeAll(async () => {
  data = await drawDigits(256, 100);
  await wasmDevice(distDir).activate();
});

/** A method of which a test says only what matters to it. */
const methodOf = (run: Partial<MethodRun>): Method => ({
  id: 'test',
  prepare: () => ({
    stages: [{ name: 'only', begin: 0 }],
    prunable: [],
    beforeStep: () => Promise.resolve(),
    ...run,
  }),
});

/** What the last run of {@link everything} folded in. */
let scales: number[] = [];

/** Everything at once: a scale on a weight that is trained, a teacher, stages with optimizers of their own. */
function everything(): Method {
  let teacher: Teacher | undefined;
  const learn = async (trainee: Trainee) => {
    teacher = trainee.teacher(await trainee.kept('dense'));
    const scale = trainee.variable('scale', () => tf.ones([8]));
    trainee.setHooks({
      weight: (name, value) => (name === 'a.conv.weight' ? tf.mul(value, scale) : value),
    });
  };
  return methodOf({
    stages: [
      { name: 'dense', begin: 0 },
      {
        name: 'distil',
        begin: 10,
        training: {
          make: (parameters, rate) => new Sgd(parameters, rate, { momentum: 0.5 }),
          rate: (step, steps) => 0.1 * (1 - step / steps),
        },
      },
      { name: 'end', begin: 24 },
    ],
    async enter(step, trainee) {
      if (step > 10) await learn(trainee);
    },
    async beforeStep(step, trainee) {
      if (step !== 10) return;
      await trainee.keepDense();
      await learn(trainee);
    },
    trains: (name, step) => step < 10 || name !== 'stem.conv.weight',
    loss(step) {
      if (step < 10) return undefined;
      return {
        taps: new Set([graph.nodes[3]!.outputs[0]!]),
        before: (inputs) => ({ logits: teacher!.answer(inputs).outputs[0]! }),
        of: ({ outputs, given, tapped, task }) => {
          const own = task();
          const soft = distilLogits(outputs[0]!, given['logits']!, 2);
          const shape = [...tapped.values()].map((value) => value.shape);
          expect(shape).toEqual([[16, 7, 7, 8]]);
          return { ...own, loss: tf.add(own.loss, soft), parts: { soft, hard: own.loss } };
        },
      };
    },
    async finish(trainee) {
      await trainee.judge();
      trainee.setHooks(undefined);
      const { shape, data: values } = await trainee.read('a.conv.weight');
      const scale = await trainee.variable('scale', () => tf.ones([8])).data();
      scales = [...scale];
      const each = values.length / 8;
      const folded = Float32Array.from(values, (value, i) => value * scale[Math.floor(i / each)]!);
      trainee.write('a.conv.weight', { shape, data: folded });
    },
    facts: (trainee) => Promise.resolve({ numbers: { nodes: trainee.graph.nodes.length } }),
  });
}

describe('a method that uses all there is', () => {
  it('goes on after a stop exactly as if it had never stopped', async () => {
    await trial.expectSameAfterStops(recipe, [3, 10, 11, 17, 24, 25], everything());
  });

  it('leaves no tensor behind, and terms of its loss and facts in the metrics', async () => {
    const before = tf.memory().numTensors;
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe, Infinity, everything());
    expect(tf.memory().numTensors).toBe(before);
    const points = await run.metrics();
    const told = points.filter(({ parts }) => parts);
    expect(told.length).toBeGreaterThan(10);
    for (const { parts } of told) {
      expect(Object.keys(parts!).sort()).toEqual(['hard', 'soft']);
      expect(parts!['soft']).toBeGreaterThanOrEqual(0);
    }
    expect(points.at(-1)!.facts).toEqual({ numbers: { nodes: graph.nodes.length } });
    // The schedule of its own stage, and the run's again after it.
    const rates = points.flatMap(({ step, learningRate }) => (learningRate ? [[step, learningRate]] : []));
    expect(new Map(rates as [number, number][]).get(11)).toBeCloseTo(0.1, 6);
    expect(new Map(rates as [number, number][]).get(24)).toBeCloseTo(0.1 * (1 - 13 / 14), 6);
  });

  it('freezes what it says, and hands on folded weights that answer as what was trained', async () => {
    const run = await trial.newRun(recipe);
    const result = await trial.train(run, recipe, Infinity, everything());
    const { weights } = (await run.checkpoint())!;
    const same = (name: string, other: Weights) =>
      largestDifference(new Map([[name, weights.get(name)!]]), new Map([[name, other.get(name)!]])) === 0;
    const dense = await run.savedWeights('dense');
    expect(same('stem.conv.weight', dense)).toBe(true);
    expect(same('b.conv.weight', dense)).toBe(false);
    // Judged with the scale as a hook, and after it was folded in: the same answers, and the scale was more than 1.
    const tested = (await run.metrics()).filter(
      ({ step, testAccuracy }) => step === 32 && testAccuracy !== undefined,
    );
    expect(tested.map(({ testAccuracy }) => testAccuracy)).toEqual([result!.accuracy, result!.accuracy]);
    expect(Math.max(...scales)).toBeGreaterThan(1.0005);
  });
});

describe('hooks', () => {
  it('change what is trained and what is judged alike', async () => {
    const run = await trial.newRun(recipe);
    const silenced = methodOf({
      enter: (_step, trainee) => {
        // Without a head nothing depends on the input: all answers are the same.
        trainee.setHooks({ weight: (name, value) => (name === 'head.weight' ? tf.zerosLike(value) : value) });
        return Promise.resolve();
      },
    });
    const result = await trial.train(run, recipe, Infinity, silenced);
    expect(result!.accuracy).toBeLessThan(0.25);
    const { weights } = (await run.checkpoint())!;
    expect(weights.get('head.weight')!.data.some((value) => value !== 0)).toBe(true);
  });

  it('see the inputs of nodes', async () => {
    const seen = new Map<string, readonly number[]>();
    const run = await trial.newRun(recipe);
    const watching = methodOf({
      enter: (_step, trainee) => {
        trainee.setHooks({
          input: (node, index, value) => {
            seen.set(`${node.path}/${index}`, value.shape);
            return node.op === 'linear' ? tf.mul(value, 0) : value;
          },
        });
        return Promise.resolve();
      },
    });
    const result = await trial.train(run, recipe, 1, watching);
    expect(result).toBeUndefined();
    expect(seen.get('a.conv/0')).toEqual([16, 7, 7, 8]);
    expect(seen.get('head/0')).toEqual([16, 8]);
  });
});

describe('a look through a few batches', () => {
  it('gives mean gradients without changing the model, and measures BatchNorm anew', async () => {
    const run = await trial.newRun(recipe);
    let checked = 0;
    const looking = methodOf({
      async beforeStep(step, trainee) {
        if (step !== 5) return;
        const batches = await trainee.batches(4);
        const before = await trainee.read('a.bn.running_var');
        const [one, all] = [trainee.gradients(batches.slice(0, 1)), trainee.gradients(batches)];
        expect(await trainee.read('a.bn.running_var')).toEqual(before);
        const singles = batches.map((batch) => trainee.gradients([batch]));
        const mean = tf.tidy(() =>
          tf.mean(tf.stack(singles.map((gradients) => gradients.get('head.weight')!)), 0),
        );
        const gap = tf.tidy(
          () => tf.max(tf.abs(tf.sub(mean, all.get('head.weight')!))).arraySync() as number,
        );
        expect(gap).toBeLessThan(1e-6);
        expect(one.size).toBe(all.size);
        tf.dispose([mean, ...[one, all, ...singles].flatMap((gradients) => [...gradients.values()])]);
        trainee.recalibrate(batches);
        const first = await trainee.read('a.bn.running_var');
        expect(first).not.toEqual(before);
        trainee.recalibrate(batches);
        expect(await trainee.read('a.bn.running_var')).toEqual(first);
        checked++;
      },
    });
    const before = tf.memory().numTensors;
    await trial.train(run, recipe, 8, looking);
    expect(tf.memory().numTensors).toBe(before);
    expect(checked).toBe(1);
  });
});
