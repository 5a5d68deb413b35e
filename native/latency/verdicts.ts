// Before anything is measured: has an engine any way to turn this sparsity into time at this shape?
import type { Verdict } from '../../core/sparsity/fit';
import { parsePattern } from '../../core/sparsity/patterns/families';

export interface SparsityAt {
  /** How verdicts call the engine: `ONNX Runtime`. */
  readonly engine: string;
  /** The pattern's name: `2:4`, `channel`; another word where there is none, such as a method's. */
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
  const found = parsePattern(pattern);
  if (typeof found !== 'string' && found.kind === 'structure')
    return { engages: false, reason: 'nothing was removed here' };
  return {
    engages: false,
    reason: `${engine} runs ${typeof found === 'string' ? pattern : found.label} weights with its dense kernel; no speed-up is expected and none is shown`,
  };
}
