// Measures a dense model against its sparse one, whole and layer by layer, on one engine, and says what may be claimed.
import { cpus } from 'node:os';
import { GraphBuilder } from '../../core/graph/builder';
import { N } from '../../core/graph/shape';
import type { Comparison, LatencyReport, LayerComparison } from '../../core/runs/latency-report';
import type { TrainedModel } from '../../core/graph/tensor';
import { elementsOf } from '../../core/sparsity/mask';
import { compare } from '../../native/latency/compare';
import type { Engine } from '../../native/latency/engine';
import { measure } from '../../native/latency/measure';
import { spread } from '../../native/latency/statistics';
import { expectSpeedup } from '../../native/latency/verdicts';
import { layerPairs, weightCount } from './layer-models';

export interface BenchmarkOptions {
  readonly engine: Engine;
  readonly dense: TrainedModel;
  readonly sparse: TrainedModel;
  /** What people call the pattern of the sparse model: `2:4`, `channel`. */
  readonly pattern: string;
  readonly batch: number;
  /** Milliseconds for the whole model, and again for all layers together. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
  /** How far it is, 0 … 100, and what is being measured. */
  readonly onProgress?: (percent: number, what: string) => void;
}

/** Rejects with one line when the batch is no size, an op is unknown to the engine, or it was cancelled. */
export async function benchmark(options: BenchmarkOptions): Promise<LatencyReport> {
  const { engine, dense, sparse, pattern, batch, budgetMs = 5000, signal, onProgress } = options;
  if (!Number.isInteger(batch) || batch < 1 || batch > maxBatch)
    throw new Error(`a batch of ${batch} cannot be measured; give a whole number from 1 to ${maxBatch}`);
  const pairs = layerPairs(dense, sparse);
  const tell = (from: number, to: number, what: string) => (done: number) =>
    onProgress?.(Math.round(from + (to - from) * done), what);

  const callMs = await callCost(engine, signal);
  const race = async (
    scope: 'model' | 'layer',
    [a, b]: readonly [TrainedModel, TrainedModel],
    sizes: { readonly dense: number; readonly sparse: number },
    budget: number,
    progress: (done: number) => void,
  ): Promise<Comparison & { readonly rounds: number }> => {
    const sessions = [await engine.prepare(a, batch, scope)];
    try {
      sessions.push(await engine.prepare(b, batch, scope));
      const [denseRun, sparseRun] = sessions.map((session) => () => session.run());
      const samples = await measure(denseRun!, sparseRun!, {
        budgetMs: budget,
        onProgress: progress,
        ...(signal ? { signal } : {}),
      });
      const expected = expectSpeedup({ engine: engine.shortName, pattern, ...sizes });
      return { ...compare(samples, expected, callMs), rounds: samples.dense.length };
    } finally {
      for (const session of sessions) await session.dispose();
    }
  };

  const sizes = { dense: weightCount(dense), sparse: weightCount(sparse) };
  const whole = tell(0, pairs.length > 0 ? 50 : 100, 'whole model');
  const { rounds, ...total } = await race('model', [dense, sparse], sizes, budgetMs, whole);

  const layers: LayerComparison[] = [];
  for (const [i, { path, op, denseShape, sparseShape, ...pair }] of pairs.entries()) {
    const progress = tell(50 + (50 * i) / pairs.length, 50 + (50 * (i + 1)) / pairs.length, path || op);
    const layerSizes = { dense: elementsOf(denseShape), sparse: elementsOf(sparseShape) };
    const budget = budgetMs / pairs.length;
    const { rounds: _, ...comparison } = await race(
      'layer',
      [pair.dense, pair.sparse],
      layerSizes,
      budget,
      progress,
    );
    layers.push({ path, op, denseShape, sparseShape, ...comparison });
  }
  const measured = new Date().toISOString();
  return {
    ...{ version: 1, engine: engine.name, machine: machine(), batch },
    ...{ rounds, measured, callMs, total, layers },
  };
}

/** Milliseconds of one call of the engine: a ReLU of a single number. */
async function callCost(engine: Engine, signal: AbortSignal | undefined): Promise<number> {
  const builder = new GraphBuilder('pytorch');
  const outputs = builder.add('relu', [builder.input([N, 1])], {}, { path: 'call' });
  const session = await engine.prepare(
    { graph: builder.finish('call', outputs), weights: new Map() },
    1,
    'layer',
  );
  try {
    const run = () => session.run();
    const { dense } = await measure(run, run, { budgetMs: 100, ...(signal ? { signal } : {}) });
    return spread(dense).median;
  } finally {
    await session.dispose();
  }
}

/** Beyond it inputs alone fill memory; nobody means it. */
const maxBatch = 65_536;

/** Processor and cores: `AMD EPYC (2 cores)`. */
export function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.replace(/\s+/g, ' ').trim() || process.arch;
  return `${model} (${cores.length} ${cores.length === 1 ? 'core' : 'cores'})`;
}
