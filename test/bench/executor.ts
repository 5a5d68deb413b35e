// Training-step time of the example network: our WASM kernels against the pure-JS CPU backend, and where the time goes.
import path from 'node:path';
import type { ModelGraph } from '../../core/graph/model-graph';
import { topologyToGraph } from '../../language-server/frontends/tfjs/to-graph';
import type { Topology } from '../../language-server/frontends/tfjs/topology';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { Adam } from '../../training/optimizers/adam';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { seeded } from '../../training/executor/random';
import { Classification } from '../../training/tasks/classification';
import { trainStep } from '../../training/trainer/step';
import { loadTfjsModels } from '../../training/tfjs-model/load';

const distDir = path.resolve(__dirname, '..');
const [batch, rounds] = [64, 20];

async function main(): Promise<void> {
  const graph = await exampleGraph();
  await wasmDevice(distDir).activate();
  const wasm = stepper('wasm', graph);
  const cpu = stepper('cpu', graph);
  await wasm();
  const times: Record<'wasm' | 'cpu', number[]> = { wasm: [], cpu: [] };
  for (let round = 0; round < rounds; round++) {
    times.wasm.push(await wasm());
    // The CPU backend is slow enough that a few rounds say it all.
    if (round < 3) times.cpu.push(await cpu());
  }
  const [fast, slow] = [median(times.wasm), median(times.cpu)];
  console.log(`step of ${graph.name}, batch ${batch}, medians of interleaved rounds`);
  console.log(`wasm  ${fast.toFixed(1)} ms, fastest ${Math.min(...times.wasm).toFixed(1)} ms`);
  console.log(`cpu   ${slow.toFixed(1)} ms\nratio ${(slow / fast).toFixed(1)}×\n`);
  await tf.setBackend('wasm');
  await profile(wasm);
}

async function exampleGraph(): Promise<ModelGraph> {
  const [model] = await loadTfjsModels(path.resolve(distDir, '../examples/tfjs/convnet.ts'), undefined, {
    distDir,
  });
  return topologyToGraph(model!.topology as Topology, model!.name, () => []).graph;
}

function stepper(backend: string, graph: ModelGraph): () => Promise<number> {
  const random = seeded(1);
  const data = Float32Array.from({ length: batch * 28 * 28 }, () => random.next());
  let ready: { executor: Executor; optimizer: Adam } | undefined;
  return async () => {
    await tf.setBackend(backend);
    if (!ready) {
      const parameters = Parameters.initialise(graph, 1);
      ready = { executor: new Executor(graph, parameters), optimizer: new Adam(parameters, 1e-3) };
    }
    const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
    const inputs = [{ shape: [batch, 28, 28, 1], data }];
    const given = { inputs, targets: { kind: 'classes', labels }, count: batch } as const;
    const start = performance.now();
    await trainStep(ready.executor, ready.optimizer, new Classification(), given, { seed: 1 });
    return performance.now() - start;
  };
}

/** Time per kernel over a few steps, nested calls counted in the outer one. */
async function profile(step: () => Promise<number>): Promise<void> {
  const spent = new Map<string, { calls: number; ms: number }>();
  for (const config of tf.getKernelsForBackend('wasm')) {
    const { kernelName, kernelFunc } = config;
    config.kernelFunc = (params) => {
      const start = performance.now();
      const result = kernelFunc(params);
      const entry = spent.get(kernelName) ?? { calls: 0, ms: 0 };
      spent.set(kernelName, { calls: entry.calls + 1, ms: entry.ms + performance.now() - start });
      return result;
    };
  }
  const steps = 5;
  let total = 0;
  for (let i = 0; i < steps; i++) total += await step();
  const rows = [...spent].sort((a, b) => b[1].ms - a[1].ms).slice(0, 20);
  for (const [name, { calls, ms }] of rows) {
    console.log(
      `${name.padEnd(30)} ${String(calls / steps).padStart(5)} calls ${(ms / steps).toFixed(2).padStart(8)} ms`,
    );
  }
  console.log(`${'whole step'.padEnd(36)} ${(total / steps).toFixed(2).padStart(14)} ms`);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
