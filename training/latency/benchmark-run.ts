// Benchmarks a run: its dense model against its sparse one, and keeps the report in the run's folder.
import { patternOf } from '../../core/recipe/pattern-of';
import type { LatencyReport } from '../../core/runs/latency-report';
import type { Engine } from '../../native/latency/engine';
import type { HostContext } from '../handlers/context';
import type { RunFolder } from '../runs/run-folder';
import { benchmark, type BenchmarkOptions } from './benchmark';
import { deviceEngine } from './device-engine';
import { onnxRuntimeEngine } from './onnxruntime-engine';
import { saveReport } from './report-file';

export interface BenchmarkRunOptions extends Pick<
  BenchmarkOptions,
  'batch' | 'budgetMs' | 'signal' | 'onProgress'
> {
  /** `onnxruntime` or a device id. */
  readonly engine: string;
}

/** Rejects with one line, and leaves the last report as it was, when anything is wrong. */
export async function benchmarkRun(
  run: RunFolder,
  { distDir, onDevice }: Pick<HostContext, 'distDir' | 'onDevice'>,
  options: BenchmarkRunOptions,
): Promise<LatencyReport> {
  const { recipe } = await run.record();
  const pattern = patternOf(recipe)?.id ?? recipe.method;
  const [dense, sparse] = [await run.denseModel(), await run.sparseModel()];
  const measureOn = (engine: Engine) => benchmark({ ...options, engine, dense, sparse, pattern });

  options.onProgress?.(0, 'waiting for the device');
  // ONNX Runtime needs no device of ours, but a turn: beside a training run it would measure that run.
  const isOnnx = options.engine === 'onnxruntime';
  const report = await onDevice(
    isOnnx ? 'wasm' : options.engine,
    (device) => measureOn(isOnnx ? onnxRuntimeEngine(distDir) : deviceEngine(device)),
    options.signal,
  );
  await saveReport(run.folder, report);
  return report;
}
