// A run that has not begun, in words: how long it will take, how much memory, what its shapes are worth at inference.
import { byteWords } from '../byte-words';
import { durationWords } from '../duration-words';
import type { RunPreview } from '../protocol/training-host';

/** `about 12 min: 1250 steps of 0.58 s, evaluation apart`. */
export const timeWords = ({ totalSteps, secondsPerStep }: RunPreview): string =>
  `about ${durationWords(totalSteps * secondsPerStep)}: ${totalSteps} steps of ${millis(1000 * secondsPerStep)}, evaluation apart`;

/** `about 0.4 GB of 3.6 GB`. */
export const memoryWords = ({ memory, room }: RunPreview): string =>
  `about ${byteWords(memory.total)}${room === undefined ? '' : ` of ${byteWords(room)}`}`;

/** `2.1 ms → 1.4 ms, 1.5× (1.3–1.6×) on WASM at batch 1`; where nothing is faster, why. */
export function latencyWords({ latency: { verdict, comparison, engine }, device }: RunPreview): string {
  if (!comparison) return verdict.reason;
  const { dense, sparse, speedup } = comparison;
  const times = `${millis(dense.median)} → ${millis(sparse.median)}`;
  const ratio = verdict.engages
    ? `${speedup.median.toFixed(2)}× (${speedup.low.toFixed(2)}–${speedup.high.toFixed(2)}×)`
    : verdict.reason;
  return `${times}, ${ratio} on ${engine ?? device.name} at batch 1, measured with untrained weights`;
}

const millis = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toPrecision(3)} s` : `${ms.toPrecision(3)} ms`;
