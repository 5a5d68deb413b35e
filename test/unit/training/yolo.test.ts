// A YOLO file as a model to train: its maps are learnt from, its own decoding agrees with the task's.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { createYoloFrontend } from '../../../language-server/frontends/yolo-yaml/frontend';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { inputsOf, loadDataset } from '../../../training/data/load';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { decode } from '../../../training/losses/detection';
import { methods } from '../../../training/methods/table';
import { RunWriter } from '../../../training/runs/run-writer';
import { answersOf, cellsOf, headOf } from '../../../training/tasks/detection-head';
import { taskOf } from '../../../training/tasks/table';
import { undecoded } from '../../../core/graph/undecoded';
import { tensorOf } from '../../../training/trainer/batches-of';
import { totalStepsOf, train } from '../../../training/trainer/train';
import { distDir, tempFolder, tinyRecipe } from './support';

const text = `# espalier: input=(1, 3, 64, 64)
nc: 3
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, C2f, [16, True]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, SPPF, [32, 5]]
head:
  - [[2, 4], 1, Detect, [nc]]
`;

let graph: ModelGraph;
let data: Dataset;

beforeAll(async () => {
  await wasmDevice(distDir).activate();
  const { models } = await createYoloFrontend().trace(
    { file: 'tiny.yaml', text },
    new AbortController().signal,
  );
  graph = models[0]!.graph;
  const spec = { kind: 'aerial', train: 32, test: 8, mosaic: 0, flip: false } as const;
  data = await loadDataset(spec, { baseFolder: '/', wanted: inputsOf(graph) });
});

describe('a YOLO file', () => {
  it('decodes its boxes as the task does', async () => {
    const parameters = Parameters.initialise(graph, 1);
    const { inputs } = await data.test.take(Int32Array.of(0, 1));
    const [whole] = new Executor(graph, parameters).predict(inputs.map(tensorOf));
    const view = undecoded(graph);
    expect(view.outputs).toHaveLength(2);
    expect(view.nodes.length).toBeLessThan(graph.nodes.length);
    const maps = new Executor(view, parameters).predict(inputs.map(tensorOf));
    const head = headOf(view, data);
    expect(head).toMatchObject({ bins: 16, classes: 3, levels: [{ stride: 4 }, { stride: 8 }] });
    const { distances, classes } = answersOf(head, maps);
    const [x1, y1, x2, y2] = tf.split(decode(distances, cellsOf(head)), 4, 2) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const own = tf.concat(
      [
        tf.div(tf.add(x1, x2), 2),
        tf.div(tf.add(y1, y2), 2),
        tf.sub(x2, x1),
        tf.sub(y2, y1),
        tf.sigmoid(classes),
      ],
      2,
    );
    const gap = tf.max(tf.abs(tf.sub(tf.transpose(own, [0, 2, 1]), whole!)));
    expect(whole!.shape).toEqual([2, 7, 320]);
    expect((await gap.data())[0]).toBeLessThan(1e-3);
  });

  it('is trained, and keeps the fixed numbers of its head whatever is pruned', async () => {
    const recipe = {
      ...tinyRecipe('nm-magnitude', { training: { epochs: 6, batch: 8, learningRate: 0.005 } }),
      data: { kind: 'aerial', train: 32, test: 8, mosaic: 0, flip: false } as const,
    };
    const totalSteps = totalStepsOf(recipe, data);
    const device = { id: 'wasm', name: 'WASM' };
    const run = await RunWriter.create(tempFolder(), { recipe, graph, baseFolder: '/', device, totalSteps });
    // From scores that are not rare yet, so that a few steps show in the loss.
    const weights = Parameters.initial(graph, 1);
    for (const [name, { data: values }] of weights) if (/cv3\.\d\.2\.bias$/.test(name)) values.fill(0);
    const before = tf.memory().numTensors;
    const signal = new AbortController().signal;
    const result = await train({
      method: methods.get('nm-magnitude')!,
      recipe,
      graph,
      data,
      run,
      signal,
      weights,
    });
    expect(tf.memory().numTensors).toBe(before);
    const losses = (await run.metrics()).flatMap(({ loss }) => loss ?? []);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(result).toMatchObject({ sparsity: 0.5 });
    const { weights: trained } = await run.sparseModel();
    const [, fixed] = [...trained].find(([name]) => name.endsWith('dfl.conv.weight'))!;
    expect([...fixed.data]).toEqual(Array.from({ length: 16 }, (_, bin) => bin));
    expect([...(await run.masks()).keys()].some((name) => name.includes('dfl'))).toBe(false);
  });

  it('is refused in one line for data of other classes', () => {
    const other = { ...data, targets: { kind: 'boxes' as const, classes: 5 } };
    expect(() => taskOf(graph, other)).toThrow(
      /^.* answers N×67×16×16; a detector for the 5 classes of aerial/,
    );
  });
});
