// What a pruned model may cost, as people ask for it, and what came of it.
import { formatExact } from '../analysis/format';
import type { Quartiles } from '../runs/latency-report';

export type Budget =
  /** Share of the dense model's MACs that may be left, 0 … 1. */
  | { readonly macs: number; readonly milliseconds?: undefined; readonly engine?: undefined }
  /** Of one inference of one sample, measured on the device that computes unless another engine is named. */
  | { readonly milliseconds: number; readonly engine?: BudgetEngine; readonly macs?: undefined };

export type BudgetEngine = 'device' | 'onnxruntime';

export interface BudgetOutcome {
  readonly asked: Budget;
  /** Of one sample. */
  readonly macs: { readonly dense: number; readonly sparse: number };
  /** Where milliseconds were asked for. */
  readonly latency?: MetLatency;
}

/** Milliseconds of one inference at batch 1, from rounds in which the dense and the sparse model took turns. */
export interface MetLatency {
  readonly device: string;
  readonly dense: Quartiles;
  readonly sparse: Quartiles;
  /** How many times a smaller model was timed against the dense one, the last time to confirm it. */
  readonly measurements: number;
}

/** `0.5 of the MACs`, `3 ms`. */
export const askedWords = ({ macs, milliseconds }: Budget): string =>
  milliseconds === undefined ? `${macs} of the MACs` : `${milliseconds} ms`;

/** `6.1 ms → 2.9 ms (2.8–3.0) of the 3 ms asked for, on WASM, 6 measurements · MACs 2,552,000 → 1,102,000`. */
export function outcomeWords({ asked, macs, latency }: BudgetOutcome): string {
  const counted = `MACs ${formatExact(macs.dense)} → ${formatExact(macs.sparse)}`;
  if (!latency) return `${counted}, ${(macs.sparse / macs.dense).toFixed(3)} of the ${asked.macs} asked for`;
  const { dense, sparse, device, measurements } = latency;
  return `${milliseconds(dense.median)} ms → ${spreadWords(sparse)} of the ${asked.milliseconds} ms asked for, on ${device}, ${measurements} measurements · ${counted}`;
}

/** Median and the middle half: `2.90 ms (2.84–3.01)`. */
export const spreadWords = ({ median, lower, upper }: Quartiles): string =>
  `${milliseconds(median)} ms (${milliseconds(lower)}–${milliseconds(upper)})`;

/** Three digits: what is beyond is noise. */
export const milliseconds = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3));
