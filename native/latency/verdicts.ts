// Before anything is measured: has an engine any way to turn this sparsity into time at this shape?
import type { Verdict } from '../../core/sparsity/fit';

export interface SparsityAt {
  /** How verdicts call the engine: `ONNX Runtime`. */
  readonly engine: string;
  /** What people call the pattern: `2:4`, `channel`. */
  readonly pattern: string;
  /** Elements of the weight before and after; of the whole model: of all its weights. */
  readonly dense: number;
  readonly sparse: number;
}

/** Every engine here runs dense kernels only: smaller tensors engage, zeros inside a tensor do not. */
export function expectSpeedup({ engine, pattern, dense, sparse }: SparsityAt): Verdict {
  if (sparse < dense) {
    const share = Math.round((1 - sparse / dense) * 100);
    return { engages: true, reason: `a smaller dense shape (${share} % fewer weights)` };
  }
  if (pattern === 'channel') return { engages: false, reason: 'nothing was removed here' };
  return {
    engages: false,
    reason: `${engine} runs ${pattern} weights with its dense kernel; no speed-up is expected and none is shown`,
  };
}
