// Asks for a benchmark of a run; progress reaches whoever listens to the training host.
import type { LatencyReport } from '../../core/runs/latency-report';
import type { App } from '../app';
import { Explanation } from '../explanation';

/** One sample at a time is what a deployed model most often meets. */
const batch = 1;

export interface Measurement {
  readonly folder: string;
  /** `onnxruntime` or a device id. */
  readonly engine: string;
}

/** Training beside a measurement would falsify it, so a live run comes first. */
export async function measure(
  app: App,
  { folder, engine }: Measurement,
  signal: AbortSignal,
): Promise<LatencyReport> {
  if (app.live.all.length > 0)
    throw new Explanation('a run is training: its load would falsify the measurement; stop it or wait');
  return app.trainingHost.ask('benchmark/run', { folder, engine, batch }, signal);
}
