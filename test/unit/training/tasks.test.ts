// Tasks: what fits, what is refused in one line, and what each measures, on models small enough to know the answer.
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset, Targets, TargetSpec } from '../../../training/data/dataset';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { seeded } from '../../../training/executor/random';
import { Adam } from '../../../training/optimizers/adam';
import { taskOf } from '../../../training/tasks/table';
import { trainStep } from '../../../training/trainer/step';
import { distDir } from './support';

beforeAll(() => wasmDevice(distDir).activate());

/** One linear layer from so many numbers, whose answers are then given other forms. */
function linear(inFeatures: number, outFeatures: number, ends: (b: GraphBuilder, y: string) => string[]) {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([N, inFeatures]);
  const [y] = builder.add('linear', [x], { inFeatures, outFeatures, bias: false }, { path: 'fc' });
  return builder.finish('net', ends(builder, y!));
}

function dataset(
  shape: number[],
  targets: TargetSpec,
  batches: [Float32Array | Int32Array, Targets],
): Dataset {
  const [values, all] = batches;
  const count = values.length / shape.reduce((n, dim) => n * dim, 1);
  const split = {
    count,
    take: (indices: Int32Array) => {
      const size = values.length / count;
      const data = values.slice(indices[0]! * size, (indices.at(-1)! + 1) * size);
      const [from, to] = [indices[0]!, indices.at(-1)! + 1];
      const own: Targets =
        all.kind === 'classes'
          ? { ...all, labels: all.labels.slice(from, to) }
          : all.kind === 'tokens'
            ? { ...all, ids: all.ids.slice(from * all.length, to * all.length) }
            : { ...all, boxes: all.boxes.slice(from, to) };
      return Promise.resolve({
        inputs: [{ shape: [indices.length, ...shape], data }],
        targets: own,
        count: indices.length,
      });
    },
  };
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  return {
    ...{ name: 'samples', kind: 'test', inputs: [{ shape, dtype }], targets, train: split, test: split },
    ...{ hash: '', skipped: [] },
  };
}

const set = (graph: ModelGraph, weights: Record<string, number[]>) => {
  const given = Object.values(graph.params).map(
    ({ name, shape }) => [name, { shape, data: Float32Array.from(weights[name]!) }] as const,
  );
  return new Executor(graph, Parameters.load(graph, new Map(given)));
};

const identity = (n: number) => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

describe('classification', () => {
  const classes = { kind: 'classes', classes: 3 } as const;
  const images = Float32Array.of(5, 0, 0, 0, 5, 0, 0, 0, 5, 1, 2, 0);
  const data = dataset([3], classes, [images, { kind: 'classes', labels: Int32Array.of(0, 1, 0, 1) }]);

  it('counts right answers, and how far confidence is from them', async () => {
    const graph = linear(3, 3, (_, y) => [y]);
    const metrics = await taskOf(graph, data).evaluate(set(graph, { 'fc.weight': identity(3) }), data);
    const [sure, unsure] = [1 / (1 + 2 * Math.exp(-5)), Math.exp(2) / (1 + Math.exp(1) + Math.exp(2))];
    expect(metrics!['accuracy']).toBe(0.75);
    expect(metrics!['calibrationError']).toBeCloseTo((3 * (sure - 2 / 3) + (1 - unsure)) / 4, 5);
    expect(metrics).not.toHaveProperty('top5');
  });

  it('reads the chances of a model that ends in a softmax as chances', async () => {
    const graph = linear(3, 3, (b, y) => b.add('softmax', [y], { axis: 1 }, { path: 'soft' }));
    const plain = linear(3, 3, (_, y) => [y]);
    const of = (g: ModelGraph) => taskOf(g, data).evaluate(set(g, { 'fc.weight': identity(3) }), data);
    const [chances, logits] = [await of(graph), await of(plain)];
    expect(chances!['accuracy']).toBe(logits!['accuracy']);
    expect(chances!['calibrationError']).toBeCloseTo(logits!['calibrationError']!, 5);
  });

  it('tells the five best where there are many classes', async () => {
    const many = dataset([3], { kind: 'classes', classes: 20 }, [
      images,
      { kind: 'classes', labels: Int32Array.of(4, 5, 0, 0) },
    ]);
    const graph = linear(3, 20, (_, y) => [y]);
    // Every class the same: of equal ones the earlier come first.
    const metrics = await taskOf(graph, many).evaluate(
      set(graph, { 'fc.weight': Array(60).fill(1) as number[] }),
      many,
    );
    expect(metrics).toMatchObject({ accuracy: 0.5, top5: 0.75 });
  });

  it('takes auxiliary logits after its own, and learns from the first', async () => {
    const graph = linear(3, 3, (b, y) => [y, b.add('relu', [y], {}, { path: 'aux' })[0]!]);
    const executor = set(graph, { 'fc.weight': identity(3) });
    const batch = await data.train.take(Int32Array.of(0, 1));
    const { loss } = await trainStep(executor, new Adam(executor.parameters, 0), taskOf(graph, data), batch, {
      seed: 0,
    });
    expect(loss).toBeCloseTo(Math.log(1 + 2 * Math.exp(-5)), 5);
  });

  it('refuses in one line what answers something else', () => {
    const narrow = linear(3, 2, (_, y) => [y]);
    expect(() => taskOf(narrow, data)).toThrow(/^net tells 2 classes apart, but samples has 3$/);
    const features = linear(3, 8, (b, y) => [
      y,
      ...b.add('linear', [y], { inFeatures: 8, outFeatures: 3, bias: false }, { path: 'head' }),
    ]);
    expect(() => taskOf(features, data)).toThrow(
      /^net answers N×8 and N×3; a classifier answers logits alone, or auxiliary ones of the same shape after them$/,
    );
    const shaped = linear(3, 4, (b, y) => b.add('reshape', [y], { shape: [-1, 2, 2] }, { path: '' }));
    expect(() => taskOf(shaped, data)).toThrow(/^net answers N×2×2; a classifier answers one row of logits/);
  });
});

/** A table of logits by token: what comes next depends on the last token alone. */
function bigram(vocabulary: number, length: number): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([N, length], 'int32');
  const table = { count: vocabulary, features: vocabulary };
  const [y] = builder.add('embedding', [x], table, { path: 'table' });
  return builder.finish('bigram', [y!]);
}

describe('language', () => {
  const tokens = { kind: 'tokens', vocabulary: 4, length: 2 } as const;
  const data = dataset([2], tokens, [
    Int32Array.of(0, 1, 2, 3),
    { kind: 'tokens', ids: Int32Array.of(1, 2, 3, -1), length: 2 },
  ]);

  it('is as perplexed as there are tokens when it knows nothing, and leaves out what is not asked', async () => {
    const graph = bigram(4, 2);
    const task = taskOf(graph, data);
    const nothing = set(graph, { 'table.weight': Array(16).fill(0) as number[] });
    expect((await task.evaluate(nothing, data))!['perplexity']).toBeCloseTo(4, 4);
    // Knows that 1 follows 0, and says so with all its might.
    const something = set(graph, { 'table.weight': [0, 30, ...(Array(14).fill(0) as number[])] });
    const metrics = await task.evaluate(something, data);
    expect(metrics!['perplexity']).toBeCloseTo(Math.exp((2 * Math.log(4)) / 3), 4);
    expect(metrics!['accuracy']).toBeCloseTo(1 / 3, 6);
  });

  it('refuses in one line what knows fewer tokens, or answers no row for each', () => {
    const many = { ...data, targets: { ...tokens, vocabulary: 9 } };
    expect(() => taskOf(bigram(4, 2), many)).toThrow(/^bigram knows 4 tokens, but samples has 9$/);
    const long = { ...data, inputs: [{ shape: [3], dtype: 'int32' as const }] };
    expect(() => taskOf(bigram(4, 2), long)).toThrow(/^bigram takes 2, but samples are 3$/);
  });
});

/** A map a level by pointwise convolution, of 16×16 images with strides of 4 and 8. */
function detector(channels: number): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([N, 3, 16, 16]);
  const level = (stride: number) => {
    const window = { kernel: [stride, stride], stride: [stride, stride], padding: [0, 0], dilation: [1, 1] };
    const attrs = { inChannels: 3, outChannels: channels, ...window, groups: 1, bias: true };
    return builder.add('conv2d', [x], attrs, { path: `s${stride}` })[0]!;
  };
  return builder.finish('detector', [level(4), level(8)]);
}

describe('detection', () => {
  const targets = { kind: 'boxes', classes: 2 } as const;
  // Class 1, from 2 to 10 across and 4 to 12 down, in noise by which cells can be told apart; the other image is empty.
  const random = seeded(1);
  const pixels = Float32Array.from({ length: 2 * 768 }, (_, i) => (i < 768 ? random.normal() : 0));
  const boxes = [Float32Array.of(1, 6 / 16, 8 / 16, 8 / 16, 8 / 16), new Float32Array()];
  const data = dataset([16, 16, 3], targets, [pixels, { kind: 'boxes', boxes }]);
  const channels = 4 * 4 + 2;

  it('finds what a cell says, at the place that its distances mean', async () => {
    const graph = detector(channels);
    const weights: Record<string, number[]> = {};
    for (const stride of [4, 8]) {
      weights[`s${stride}.weight`] = Array(channels * 3 * stride ** 2).fill(0) as number[];
      weights[`s${stride}.bias`] = Array(channels).fill(-9) as number[];
    }
    // Cells of 4 pixels: 1 to the left and up and 1 to the right and down, where the image is white, class 1.
    for (const side of [0, 1, 2, 3]) weights['s4.bias']![side * 4 + 1] = 20;
    weights['s4.bias']![17] = -4;
    const executor = set(graph, weights);
    const found = await taskOf(graph, data).evaluate(executor, data);
    // Boxes of 8×8 at all sixteen cells, as likely in both images: the best overlap 8×8 moved by 0 and 2 pixels.
    expect(found!['mAP50']).toBeGreaterThan(0);
    expect(found!['mAP50']).toBeLessThan(0.2);
    expect(found!['mAP50-95']).toBeLessThan(found!['mAP50']!);
  });

  it('learns one scene by heart, and leaves no tensor behind', async () => {
    const graph = detector(channels);
    const executor = new Executor(graph, Parameters.initialise(graph, 1));
    const task = taskOf(graph, data);
    const optimizer = new Adam(executor.parameters, 0.02);
    const batch = await data.train.take(Int32Array.of(0, 1));
    const before = await task.evaluate(executor, data);
    let tensors = 0;
    for (let step = 0; step < 80; step++) {
      const { loss, correct, terms } = await trainStep(executor, optimizer, task, batch, { seed: step });
      expect(Number.isFinite(loss)).toBe(true);
      expect([correct, terms]).toEqual([undefined, 2]);
      if (step === 1) tensors = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(tensors);
    const after = await task.evaluate(executor, data);
    expect(before!['mAP50']).toBeLessThan(0.2);
    expect(after!['mAP50']).toBeGreaterThan(0.9);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('refuses in one line maps of other widths, and answers that are no maps', () => {
    expect(() => taskOf(detector(17), data)).toThrow(
      /^detector answers N×17×4×4; a detector for the 2 classes of samples answers one map a level, with 4 × bins \+ 2 channels$/,
    );
    const flat = detector(channels);
    expect(() => taskOf({ ...flat, outputs: flat.inputs }, data)).toThrow(
      /^detector answers N×3×16×16; a detector/,
    );
  });
});
