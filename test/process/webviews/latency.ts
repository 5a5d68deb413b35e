// Latency reports as the training host writes them: verdicts from the same function, times that look like a laptop's.
import type { Comparison, LatencyReport, Spread } from '../../../core/runs/latency-report';
import { expectSpeedup } from '../../../native/latency/verdicts';
import { uniform } from './random';
import type { PrunedLayer } from './masks';

/** @param pattern `2:4` leaves shapes alone; `channel` makes the layers smaller, and they run quicker for it */
export function latencyReport(
  layers: readonly PrunedLayer[],
  pattern: '2:4' | 'channel',
  measured = '2026-10-14T09:41:00.000Z',
): LatencyReport {
  const next = uniform(11);
  const compare = (denseMs: number, share: number, elements: number, noise: number): Comparison => {
    const jitter = () => 1 + (next() - 0.5) * noise;
    const dense = spread(denseMs * jitter(), noise);
    const ratio = pattern === 'channel' ? 1 / (0.25 + 0.75 * share) : 1;
    const sparse = spread((denseMs / ratio) * jitter(), noise);
    const sparseElements = pattern === 'channel' ? Math.round(elements * share) : elements;
    const verdict = expectSpeedup({
      engine: 'ONNX Runtime',
      pattern,
      dense: elements,
      sparse: sparseElements,
    });
    return { dense, sparse, speedup: spread(dense.median / sparse.median, noise * 0.8), verdict };
  };
  const compared = layers.map(({ layer: { path, rows, cols, density } }, i) => {
    const kept = pattern === 'channel' ? Math.round(rows * density) : rows;
    const linear = path === 'head';
    const inputs = linear ? cols : Math.max(1, Math.round(cols / (path.includes('shortcut') ? 1 : 9)));
    const kernel = linear ? [] : path.includes('shortcut') ? [1, 1] : [3, 3];
    return {
      path,
      op: linear ? 'linear' : 'conv2d',
      denseShape: [rows, inputs, ...kernel],
      sparseShape: [kept, inputs, ...kernel],
      ...compare(0.012 + (rows * cols) / 3.2e5 / (1 + (i % 3)), density, rows * cols, i === 7 ? 0.5 : 0.12),
    };
  });
  return {
    version: 1,
    engine: 'ONNX Runtime 1.30 (CPU, 1 thread)',
    machine: 'AMD EPYC 9B14, 2 cores, Linux 6.1',
    batch: 1,
    rounds: 40,
    measured,
    total: compare(0.486, 0.55, 77_706, 0.08),
    layers: compared,
  };
}

const spread = (median: number, noise: number): Spread => ({
  median,
  low: median * (1 - noise * 0.4),
  high: median * (1 + noise * 0.7),
});

export const engines = [
  { id: 'onnxruntime', name: 'ONNX Runtime (CPU)' },
  { id: 'wasm', name: 'WASM (embedded CPU)' },
];
