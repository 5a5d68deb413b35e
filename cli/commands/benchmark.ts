// `espalier benchmark`: dense against sparse, interleaved, on one engine.
import path from 'node:path';
import type { Comparison, LatencyReport } from '../../core/runs/latency-report';
import { formatRatio, isSpeedup } from '../../core/runs/speedup';
import { type Command, UsageError } from '../command';
import { withHost } from '../host';
import { StatusLine } from '../status-line';
import { formatTable } from '../table';

export const benchmarkCommand: Command = {
  name: 'benchmark',
  usage: 'benchmark <run folder> [--engine id] [--batch n]',
  summary: 'measure dense against sparse on this machine',
  options: { engine: { type: 'string', default: 'onnxruntime' }, batch: { type: 'string', default: '1' } },
  help: ['--engine ID  onnxruntime (default) or a device', '--batch N    samples a call (default 1)'],

  async run({ positionals: [run], options, distDir, signal, print }) {
    if (!run) throw new UsageError('benchmark needs a run folder, such as .espalier/runs/…');
    const batch = Number(options['batch']);
    if (!Number.isInteger(batch) || batch < 1)
      throw new UsageError(`a batch of ${String(options['batch'])} is no whole number above 0`);
    const status = new StatusLine();
    const report = await withHost(
      distDir,
      signal,
      (method, params) => {
        if (method !== 'benchmark/progress') return;
        const { done, what } = params as { done: number; what: string };
        status.show(`${done} % · ${what}`);
      },
      (host) =>
        host.ask('benchmark/run', { folder: path.resolve(run), engine: String(options['engine']), batch }),
    );
    status.clear();
    for (const line of describeLatency(report)) print(line);
  },
};

/** The report as lines: engine, one row a layer, the whole model last, and why there is no ratio where there is none. */
export function describeLatency(report: LatencyReport): string[] {
  const row = (name: string, comparison: Comparison) => [
    name,
    comparison.dense.median.toFixed(3),
    comparison.sparse.median.toFixed(3),
    isSpeedup(comparison) ? formatRatio(comparison.speedup) : 'no speed-up',
  ];
  const rows = [...report.layers.map((layer) => row(layer.path, layer)), row('whole model', report.total)];
  const refused = [report.total, ...report.layers].filter((comparison) => !isSpeedup(comparison));
  return [
    `${report.engine}, batch ${report.batch}, ${report.rounds} interleaved rounds, ${report.machine}`,
    ...formatTable(['layer', 'dense ms', 'sparse ms', 'dense / sparse (10–90 %)'], rows, 'lrrl'),
    ...[...new Set(refused.map(({ verdict }) => verdict.reason))].map((reason) => `no speed-up: ${reason}`),
  ];
}
