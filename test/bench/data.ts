// Whether loading keeps up with training: images decoded a second, and how long steps wait for them, with threads and without.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'jpeg-js';
import type { ModelGraph } from '../../core/graph/model-graph';
import { topologyToGraph } from '../../language-server/frontends/tfjs/to-graph';
import type { Topology } from '../../language-server/frontends/tfjs/topology';
import { wasmDevice } from '../../native/devices/wasm';
import { inputsOf, loadDataset } from '../../training/data/load';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { seeded } from '../../training/executor/random';
import { Adam } from '../../training/optimizers/adam';
import { Classification } from '../../training/tasks/classification';
import { loadTfjsModels } from '../../training/tfjs-model/load';
import { Feed } from '../../training/trainer/feed';
import { trainStep } from '../../training/trainer/step';

const distDir = path.resolve(__dirname, '..');
const [batch, images, classes] = [32, 640, 10];
const [width, height] = [160, 120];

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
  try {
    writeImages(folder);
    const graph = await exampleGraph();
    await wasmDevice(distDir).activate();
    console.log(`${images} JPEG of ${width}×${height}, batch ${batch}, ${availableParallelism()} cores`);
    // Interleaved, so that a machine that is busy meanwhile is so for both.
    for (let round = 0; round < 3; round++)
      for (const threads of [false, true]) await epoch(folder, graph, threads);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first epoch, in which nothing is decoded yet. */
async function epoch(folder: string, graph: ModelGraph, threads: boolean): Promise<void> {
  const place = { baseFolder: folder, wanted: inputsOf(graph), ...(threads ? { distDir } : {}) };
  const spec = { kind: 'images', folder, test: 0.5, normalise: 'half', flip: false, crop: 0 } as const;
  const data = await loadDataset(spec, place);
  const all = Int32Array.from({ length: data.test.count }, (_, i) => i);
  const decoding = await timed(() => data.test.take(all));
  const feed = new Feed(data.train, { epochs: 1, batch, seed: 1 });
  const parameters = Parameters.initialise(graph, 1);
  const [executor, optimizer] = [new Executor(graph, parameters), new Adam(parameters, 1e-3)];
  let [waiting, computing] = [0, 0];
  for (let step = 0; step < feed.stepsPerEpoch; step++) {
    const started = performance.now();
    const given = await feed.at(step);
    const fetched = performance.now();
    const { loss } = await trainStep(executor, optimizer, new Classification(), given, { seed: step });
    if (!Number.isFinite(loss)) throw new Error(`step ${step} has no loss`);
    waiting += fetched - started;
    computing += performance.now() - fetched;
  }
  parameters.dispose();
  const share = (100 * waiting) / (waiting + computing);
  console.log(
    `${threads ? 'threads' : 'without'}  ${((1000 * all.length) / decoding).toFixed(0)} images/s; ` +
      `${feed.stepsPerEpoch} steps: computing ${computing.toFixed(0)} ms, waiting ${waiting.toFixed(0)} ms (${share.toFixed(0)} %)`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function writeImages(folder: string): void {
  const random = seeded(1);
  for (let i = 0; i < images; i++) {
    const place = path.join(folder, `class ${i % classes}`);
    mkdirSync(place, { recursive: true });
    const [a, b] = [random.next(), random.next()];
    const data = Buffer.alloc(width * height * 4, 255);
    for (let p = 0; p < width * height; p++)
      for (let c = 0; c < 3; c++)
        data[p * 4 + c] =
          128 + 100 * Math.sin((p % width) * a * 0.2 + c) * Math.cos(p * b * 0.001) + 20 * random.next();
    writeFileSync(path.join(place, `${i}.jpg`), encode({ width, height, data }, 90).data);
  }
}

async function exampleGraph(): Promise<ModelGraph> {
  const file = path.resolve(distDir, '../examples/tfjs/convnet.ts');
  const [model] = await loadTfjsModels(file, undefined, { distDir });
  return topologyToGraph(model!.topology as Topology, model!.name, () => []).graph;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
