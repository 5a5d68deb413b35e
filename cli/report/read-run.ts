// Reads from a run folder what a report shows of it.
import type { LatencyReport } from '../../core/runs/latency-report';
import { RunFolder } from '../../training/runs/run-folder';
import type { RunContent } from './run-section';

export async function readRunContent(
  folder: string,
  latency: readonly LatencyReport[],
  exports: readonly string[],
): Promise<RunContent> {
  const run = await RunFolder.open(folder);
  const [record, metrics, masks] = await Promise.all([run.record(), run.metrics(), run.masks()]);
  return {
    record,
    metrics,
    latency,
    exports,
    masks: [...masks].map(([param, mask]) => ({ param, mask, rows: mask.shape[0]!, cols: mask.shape[1]! })),
  };
}
