// Three-stage compression of detectors: its pull, classes, masks and distillation; and real runs, stopped and gone on with.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { neckMaps } from '../../../core/graph/neck-maps';
import { applySlices, shrink } from '../../../core/graph/surgery';
import { undecoded } from '../../../core/graph/undecoded';
import type { Weights } from '../../../core/graph/tensor';
import { analyze } from '../../../core/analysis/analyze';
import { methods as specs } from '../../../core/recipe/methods/table';
import type { Recipe } from '../../../core/recipe/recipe';
import { createYoloFrontend } from '../../../language-server/frontends/yolo-yaml/frontend';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { inputsOf, loadDataset } from '../../../training/data/load';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { rankedGroups } from '../../../training/methods/channels/scales';
import {
  type Cut,
  globalWidths,
  keptChannels,
  layerWidths,
} from '../../../training/methods/yolo-compression/channels';
import { distillation, keptOfMaps } from '../../../training/methods/yolo-compression/distillation';
import {
  answers,
  randomImages,
  requireSame,
  silenced,
} from '../../../training/methods/yolo-compression/equivalence';
import { yoloCompression } from '../../../training/methods/yolo-compression/method';
import {
  chosenStrength,
  judgeStrength,
  strengthAt,
  wayOf,
} from '../../../training/methods/yolo-compression/pull';
import { tensorOf } from '../../../training/trainer/batches-of';
import { noData } from './no-data';
import { distDir, tinyNet, tinyRecipe } from './support';
import { Trial } from './trial';

/** Every construct of YOLOv8 at two levels: shortcuts, SPPF, a neck of C2f blocks, a head for each level. */
const text = `# espalier: input=(1, 3, 32, 32)
nc: 3
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [8, 3, 2]] # 1
  - [-1, 1, C2f, [8, True]] # 2
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 2, C2f, [16, True]]
  - [-1, 1, SPPF, [16, 3]] # 5
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, C2f, [8]] # 8
  - [-1, 1, Conv, [8, 3, 2]]
  - [[-1, 5], 1, Concat, [1]]
  - [-1, 1, C2f, [16]] # 11
  - [[8, 11], 1, Detect, [nc]]
`;

const aerial = { kind: 'aerial', train: 32, test: 8, mosaic: 0, flip: false } as const;

let graph: ModelGraph;
let data: Dataset;
let trial: Trial;
let published: readonly ModelGraph[];

async function read(file: string, source: string): Promise<ModelGraph[]> {
  const { models } = await createYoloFrontend().trace({ file, text: source }, new AbortController().signal);
  return models.map((model) => model.graph);
}

beforeAll(async () => {
  await wasmDevice(distDir).activate();
  [graph] = (await read('tiny.yaml', text)) as [ModelGraph];
  data = await loadDataset(aerial, { baseFolder: '/', wanted: inputsOf(graph) });
  trial = new Trial(graph, () => data);
  const file = path.resolve('examples/yolo/yolov8.yaml');
  published = (await read(file, readFileSync(file, 'utf8'))).slice(0, 3);
});

/** Two epochs of four steps each stage. */
const recipeOf = (options: Recipe['options'] = {}, changes: Partial<Recipe> = {}): Recipe => ({
  ...tinyRecipe('yolo-compression', {
    options: { denseShare: 0.25, sparseShare: 0.5, recalibrate: 2, ...options },
    training: { epochs: 4, batch: 8, learningRate: 0.004, checkpointEvery: 4 },
  }),
  data: aerial,
  ...changes,
});

const cutOf = (of: ModelGraph, changes: Partial<Cut> = {}): Cut => ({
  graph: of,
  groups: rankedGroups(of, findGroups(of)),
  ...{ ratio: 0.5, scope: 'layer', criterion: 'bnGamma', roundTo: 1, minChannels: 1, seed: 1 },
  ...changes,
});

describe('the pull on scales', () => {
  it('falls in a line to a tenth, or stays, or is none', () => {
    const steps = [0, 5, 10].map((step) => strengthAt('decaying', step, 11));
    expect(steps[0]).toBe(1);
    expect(steps[1]).toBeCloseTo(0.55);
    expect(steps[2]).toBeCloseTo(0.1);
    expect([0, 10].map((step) => strengthAt('constant', step, 11))).toEqual([1, 1]);
    expect(strengthAt('none', 3, 11)).toBe(0);
  });

  it('moves a scale as far as is foretold, and is chosen and judged by that', () => {
    // 16 epochs of 31 steps at rate 0.02, as the specification sizes it.
    expect(wayOf('decaying', 0.03, 0.02, 496)).toBeCloseTo(1.64, 2);
    expect(wayOf('decaying', chosenStrength('decaying', 0.02, 300), 0.02, 300)).toBeCloseTo(2);
    expect(judgeStrength('decaying', 0.03, 0.02, 496)).toBeUndefined();
    expect(judgeStrength('decaying', 0.01, 0.02, 496)).toMatch(
      /moves a scale by 0\.55: .* s0 0\.037 moves it by 2/,
    );
    expect(judgeStrength('constant', 0.1, 0.02, 496)).toMatch(/channels that stay are pulled down/);
    expect(judgeStrength('none', 0, 0.02, 496)).toBeUndefined();
  });
});

describe('classes of channels', () => {
  it('tie halves of C2f, shortcuts and what is joined, and leave the head’s outputs alone', () => {
    const ids = cutOf(graph).groups.map(({ id, channels, members }) => [id, channels, members.length]);
    expect(ids).toContainEqual(['model.2.cv1.conv', 4, 6]);
    const shortcut = cutOf(graph).groups.find(({ id }) => id === 'model.4.cv1.conv#2')!;
    const makers = shortcut.members.filter(({ role }) => role === 'out').map(({ param }) => param);
    expect(makers).toEqual([
      'model.4.cv1.conv.weight',
      'model.4.m.0.cv2.conv.weight',
      'model.4.m.1.cv2.conv.weight',
    ]);
    const pooled = cutOf(graph).groups.find(({ id }) => id === 'model.5.cv1.conv')!;
    const reader = pooled.members.find(({ param }) => param === 'model.5.cv2.conv.weight')!;
    expect(reader.runs).toHaveLength(4);
    const last = /\.cv[23]\.\d\.2\.(weight|bias)$/;
    const cutRows = cutOf(graph).groups.flatMap(({ members }) => members.filter(({ role }) => role !== 'in'));
    expect(cutRows.some(({ param }) => last.test(param) || param.includes('dfl'))).toBe(false);
  });

  it('lose half each, rounded as asked, and never all', () => {
    const widths = (changes: Partial<Cut>) => [...new Set(layerWidths(cutOf(graph, changes)).values())];
    expect(new Set(layerWidths(cutOf(graph)).values())).toEqual(
      new Set(cutOf(graph).groups.map(({ channels }) => Math.round(channels / 2))),
    );
    expect(widths({ ratio: 0.99 })).toEqual([1]);
    expect(widths({ ratio: 0.9, roundTo: 8 }).every((width) => width % 8 === 0 || width === 4)).toBe(true);
    expect(Math.min(...widths({ ratio: 0.95, minChannels: 3 }))).toBe(3);
  });

  it('share one threshold where asked, that no class dies of', () => {
    const cut = cutOf(graph, { scope: 'global' });
    const scores = new Map(
      cut.groups.map(({ id, channels }, i) => [
        id,
        Float64Array.from({ length: channels }, (_, channel) => (i === 0 ? 0.001 : 1) * (channel + 1)),
      ]),
    );
    const widths = globalWidths(cut, scores);
    expect(Math.min(...widths.values())).toBeGreaterThanOrEqual(1);
    const even = new Map([...scores].map(([id, score]) => [id, score.map((_, i) => i % 2)]));
    for (const { id, channels } of cut.groups)
      expect(globalWidths(cut, even).get(id)).toBe(Math.floor(channels / 2));
  });

  it('are ranked by all scales that a shortcut ties, by filters, or by chance', async () => {
    const weights = new Map(Parameters.initial(graph, 1));
    const group = cutOf(graph).groups.find(({ id }) => id === 'model.4.cv1.conv#2')!;
    const scale = (name: string, values: (i: number) => number) => {
      const { shape, data: before } = weights.get(name)!;
      weights.set(name, { shape, data: Float32Array.from(before, (_, i) => values(i)) });
    };
    // Channels 0 … 3 are large in one member, 4 … 7 in the two others.
    scale('model.4.cv1.bn.weight', (i) => (i >= 8 && i < 12 ? -1.5 : 0));
    for (const block of [0, 1]) scale(`model.4.m.${block}.cv2.bn.weight`, (i) => (i >= 4 ? 1 : 0));
    const keep = async (changes: Partial<Cut>) => [
      ...(await keptChannels(cutOf(graph, changes), (name) => Promise.resolve(weights.get(name)!))).get(
        group.id,
      )!,
    ];
    expect(await keep({})).toEqual([4, 5, 6, 7]);
    for (const name of [
      'model.4.cv1.conv.weight',
      'model.4.m.0.cv2.conv.weight',
      'model.4.m.1.cv2.conv.weight',
    ]) {
      const { shape, data: before } = weights.get(name)!;
      const size = before.length / shape[0]!;
      const offset = name.includes('.m.') ? 0 : 8;
      scale(name, (i) => (Math.floor(i / size) - offset < 4 ? 1 : 0.1));
    }
    expect(await keep({ criterion: 'l1' })).toEqual([0, 1, 2, 3]);
    const drawn = await keep({ criterion: 'random' });
    expect(drawn).toHaveLength(4);
    expect(await keep({ criterion: 'random' })).toEqual(drawn);
  });
});

/** With γ and β of all kinds, as training leaves them. */
function lively(of: ModelGraph): Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }> {
  const weights = new Map(Parameters.initial(of, 3));
  for (const [name, { shape, data: before }] of weights)
    if (/bn\.(weight|bias)$/.test(name))
      weights.set(name, { shape, data: Float32Array.from(before, (_, i) => Math.sin(i * 7 + name.length)) });
  return weights;
}

describe('the pruned detector', () => {
  it('answers what the whole one does with those channels silenced, and is as small as foretold', async () => {
    const weights: Weights = lively(graph);
    for (const changes of [
      {},
      { criterion: 'random' },
      { scope: 'global' },
      { ratio: 0.8, roundTo: 2 },
    ] as const) {
      const cut = cutOf(graph, changes);
      const kept = await keptChannels(cut, (name) => Promise.resolve(weights.get(name)!));
      const small = shrink(graph, kept);
      const [whole, pruned] = [
        await answers(graph, silenced(graph, weights, cut.groups, kept), randomImages(graph, 2, 1)),
        await answers(small.graph, applySlices(weights, small.slices), randomImages(graph, 2, 1)),
      ];
      expect(requireSame(graph.name, whole, pruned)).toBeLessThan(1e-4);
    }
  });

  it('is refused in one line where a channel was missed', async () => {
    const weights: Weights = lively(graph);
    const cut = cutOf(graph);
    const kept = await keptChannels(cut, (name) => Promise.resolve(weights.get(name)!));
    const small = shrink(graph, kept);
    // β lives on in the whole one.
    const whole = await answers(graph, weights, randomImages(graph, 2, 1));
    const pruned = await answers(small.graph, applySlices(weights, small.slices), randomImages(graph, 2, 1));
    expect(() => requireSame('net', whole, pruned)).toThrow(
      /^net without the pruned channels answers .* more than 0\.0001: .* keepDense$/,
    );
  });

  it.each([0, 1, 2])(
    'loses three quarters of YOLOv8 at half the channels, and runs (scale %i)',
    async (scale) => {
      const big = published[scale]!;
      const cut = cutOf(big);
      const kept = new Map(
        [...layerWidths(cut)].map(([id, width]) => [id, Uint32Array.from({ length: width }, (_, i) => i)]),
      );
      const small = shrink(big, kept);
      const [before, after] = [graphCost(big), graphCost(small.graph)];
      for (const removed of [1 - after.params / before.params, 1 - after.macs / before.macs]) {
        expect(removed).toBeGreaterThan(0.72);
        expect(removed).toBeLessThan(0.76);
      }
      expect(after).toMatchObject(convolutionsOf(small.graph));
      expect(small.graph.outputs.map((id) => small.graph.values[id]!.shape)).toEqual([
        [{ batch: 1 }, 84, 8400],
      ]);
      if (scale > 0) return;
      const weights = applySlices(Parameters.initial(big, 1), small.slices);
      const [answer] = await answers(small.graph, weights, randomImages(small.graph, 1, 1));
      expect(answer!.shape).toEqual([1, 84, 8400]);
      expect(answer!.data.every(Number.isFinite)).toBe(true);
    },
    60_000,
  );
});

/** Parameters and MACs counted from the convolutions' own shapes. */
function convolutionsOf({ nodes, params, values }: ModelGraph): { params: number; macs: number } {
  let [weights, macs] = [0, 0];
  for (const node of nodes) {
    if (node.op !== 'conv2d') continue;
    const [out, inner, ...kernel] = params[node.params['weight']!]!.shape as number[];
    const each = inner! * kernel.reduce((a, b) => a * b, 1);
    const [, , height, width] = values[node.outputs[0]!]!.shape.map(Number);
    macs += out! * each * height! * width!;
    if (params[node.params['weight']!]!.trainable) weights += out! * each;
    if (node.params['bias'] !== undefined) weights += out!;
  }
  for (const { op, params: roles } of nodes)
    if (op === 'batchNorm2d') weights += 2 * params[roles['weight']!]!.shape[0]!;
  return { params: weights, macs };
}

describe('maps that are learnt', () => {
  it('are the outputs of the neck’s blocks, and their kept channels the mask’s', async () => {
    const paths = (of: ModelGraph) =>
      neckMaps(of).map((id) => of.nodes.find(({ outputs }) => outputs.includes(id))!.path);
    expect(paths(graph)).toEqual(['model.8.cv2.act', 'model.11.cv2.act']);
    expect(paths(published[0]!)).toEqual([12, 15, 18, 21].map((row) => `model.${row}.cv2.act`));
    const kept = await keptChannels(cutOf(graph, { criterion: 'random' }), () =>
      Promise.reject(new Error('unread')),
    );
    const maps = keptOfMaps(graph, neckMaps(graph), kept);
    expect([...maps.values()]).toEqual([kept.get('model.8.cv2.conv'), kept.get('model.11.cv2.conv')]);
  });

  it('are as far from the teacher’s as the formula says, channel by channel of those that stay', async () => {
    const weights = lively(graph);
    // Loud ones: an untrained network says nearly the same everywhere.
    for (const [name, { shape, data: quiet }] of weights)
      if (name.endsWith('conv.weight')) weights.set(name, { shape, data: quiet.map((value) => 4 * value) });
    const view = undecoded(graph);
    const maps = neckMaps(graph);
    const kept = await keptChannels(cutOf(graph), (name) => Promise.resolve(weights.get(name)!));
    const small = shrink(graph, kept);
    const teacher = new Executor(view, Parameters.load(graph, weights));
    const student = new Executor(
      undecoded(small.graph),
      Parameters.load(small.graph, applySlices(weights, small.slices)),
    );
    const inputs = (await data.test.take(Int32Array.of(0, 1))).inputs.map(tensorOf);
    const channels = keptOfMaps(graph, maps, kept);
    const aligned = maps.map((value) => ({
      value,
      kept: tf.variable(tf.tensor1d([...channels.get(value)!])),
    }));
    const answer = (given: typeof inputs, taps: ReadonlySet<string> = new Set()) =>
      teacher.inspect(given, taps);
    const [lambda, tau] = [3, 2];
    const method = distillation({ answer }, aligned, { lambda, tau });
    const given = method.before!(inputs, { kind: 'boxes', boxes: [] });
    const { outputs, tapped } = student.inspect(inputs, method.taps!);
    const task = () => ({ loss: tf.scalar(7) });
    const value = method.of({ outputs, tapped, given, targets: { kind: 'boxes', boxes: [] }, task });
    const whole = teacher.inspect(inputs, method.taps!).tapped;
    let expected = 0;
    for (const id of maps) expected += byHand(tapped.get(id)!, whole.get(id)!, [...channels.get(id)!], tau);
    expect(expected).toBeGreaterThan(0.01);
    expect(value.parts!['cwd']!.dataSync()[0]! / expected).toBeCloseTo(1, 4);
    expect(value.loss.dataSync()[0]).toBeCloseTo(7 + lambda * expected, 3);
  });
});

/** τ² / (B · C) Σ p_T (log p_T − log p_S), in plain numbers. @param channels of the teacher, in the student's order. */
function byHand(student: tf.Tensor, teacher: tf.Tensor, channels: readonly number[], tau: number): number {
  const [batch, height, width, count] = student.shape as [number, number, number, number];
  const [own, other] = [student.dataSync(), teacher.dataSync()];
  const places = height * width;
  const chances = (values: ArrayLike<number>, b: number, channel: number, all: number) => {
    const powers = Array.from({ length: places }, (_, i) =>
      Math.exp(values[(b * places + i) * all + channel]! / tau),
    );
    const sum = powers.reduce((x, y) => x + y, 0);
    return powers.map((power) => power / sum);
  };
  let sum = 0;
  for (let b = 0; b < batch; b++)
    for (const [i, channel] of channels.entries()) {
      const [p, q] = [chances(other, b, channel, teacher.shape[3]!), chances(own, b, i, count)];
      p.forEach((chance, place) => (sum += chance * Math.log(chance / q[place]!)));
    }
  return (tau ** 2 * sum) / (batch * count);
}

describe('a run', () => {
  it.each<Recipe['options']>([{}, { align: 'adapter', teacher: 'original', scope: 'global' }])(
    'goes on after stops in every stage as if it had never stopped (%o)',
    async (options) => {
      await trial.expectSameAfterStops(recipeOf(options), [3, 4, 7, 12, 14]);
    },
    60_000,
  );

  it('pulls scales to zero, cuts what was foretold and tells of it, and leaves no tensor behind', async () => {
    const recipe = recipeOf();
    const before = tf.memory().numTensors;
    const run = await trial.newRun(recipe);
    const result = (await trial.train(run, recipe))!;
    expect(tf.memory().numTensors).toBe(before);
    const widths = layerWidths(cutOf(graph));
    const kept = new Map(
      [...widths].map(([id, width]) => [id, Uint32Array.from({ length: width }, (_, i) => i)]),
    );
    const foretold = graphCost(shrink(graph, kept).graph);
    expect(result.params.sparse).toBe(foretold.params);
    expect(result.flops.sparse).toBe(foretold.flops);
    const points = await run.metrics();
    expect([...new Set(points.map(({ phase }) => phase))]).toEqual(['dense', 'sparse', 'fine-tune']);
    const numbers = (phase: string) =>
      points.findLast((point) => point.phase === phase && point.facts)!.facts!.numbers!;
    expect(numbers('dense')['|γ|: median']).toBeGreaterThan(0.9);
    expect(numbers('sparse')['|γ|: median']).toBeLessThan(0.3);
    expect(numbers('fine-tune')['pruned − silenced']).toBeLessThan(1e-4);
    expect(numbers('fine-tune')['removed: parameters']).toBeCloseTo(
      1 - foretold.params / graphCost(graph).params,
    );
    expect(
      points.at(-1)!.parts?.['cwd'] ?? points.findLast(({ parts }) => parts)!.parts!['cwd'],
    ).toBeGreaterThan(0);
    expect(Object.keys((await run.sparseModel()).graph.params)).toEqual(Object.keys(graph.params));
  }, 60_000);

  it.each<Recipe['options']>([
    { cwd: 0, pull: 'constant' },
    { denseShare: 0, pull: 'none', criterion: 'l1' },
    { sparseShare: 0, criterion: 'random', roundTo: 4 },
  ])(
    'works with %o',
    async (options) => {
      const recipe = recipeOf(options);
      const run = await trial.newRun(recipe);
      const result = (await trial.train(run, recipe))!;
      expect(result.params.sparse).toBeLessThan(0.6 * result.params.dense);
    },
    60_000,
  );

  it('is told when what goes still speaks', async () => {
    const recipe = recipeOf({ s0: 1e-4, cwd: 0 });
    const run = await trial.newRun(recipe);
    await trial.train(run, recipe);
    expect((await run.record()).notice).toMatch(
      /s0 0\.0001 over 8 steps .*; the channels that went had scales of 1\.00/,
    );
  }, 60_000);
});

describe('what it is for', () => {
  it('is detectors with scales, and it says so of others before a step is done', () => {
    const applies = (of: ModelGraph) => specs.get('yolo-compression')!.applies(analyze(of));
    expect(applies(graph)).toEqual({ ok: true });
    expect(applies(tinyNet())).toEqual({
      ok: false,
      reason: 'this model answers no maps of boxes and scores: it is for detectors such as YOLOv8',
    });
    const plan = (changes: object, totalSteps = 100) => ({
      graph,
      data,
      recipe: recipeOf(),
      totalSteps,
      ...changes,
    });
    expect(() => yoloCompression.prepare(plan({ graph: tinyNet(), data: noData }))).toThrow(
      /is for detectors/,
    );
    expect(() => yoloCompression.prepare(plan({}, 1))).toThrow(/1 steps are too few/);
    expect(() => yoloCompression.prepare(plan({ recipe: recipeOf({ minChannels: 64 }) }))).toThrow(
      /leaves every layer of tiny as it is/,
    );
  });
});
