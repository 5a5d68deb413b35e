// Sliding windows as ONNX says them: pads at both ends of each axis, or a rule that keeps the size.
import type { ValueId } from '../../../core/graph/model-graph';
import type { OnnxContext } from './context';

export interface OnnxWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Begin of every axis, then end of every axis; or the rule. */
  readonly pads: readonly number[] | 'same' | 'valid';
}

export function windowOf(c: OnnxContext, weightKernel?: readonly number[]): OnnxWindow {
  const kernel = c.list('kernel_shape') ?? weightKernel ?? [];
  const auto = c.text('auto_pad', 'NOTSET');
  const pads = auto.startsWith('SAME') ? 'same' : auto === 'VALID' ? 'valid' : c.list('pads');
  return {
    kernel,
    stride: c.list('strides') ?? kernel.map(() => 1),
    dilation: c.list('dilations') ?? kernel.map(() => 1),
    pads: pads ?? [...kernel, ...kernel].map(() => 0),
  };
}

/** The window in the graph's attributes; padding that differs between two ends becomes a node before it. */
export function padded(c: OnnxContext, { pads, ...window }: OnnxWindow, value: number) {
  const x = c.x(0);
  if (typeof pads === 'string') return { x, window: { ...window, padding: pads } };
  const rank = window.kernel.length;
  const [begin, end] = [pads.slice(0, rank), pads.slice(rank)];
  if (begin.every((pad, i) => pad === end[i])) return { x, window: { ...window, padding: begin } };
  return { x: padEnds(c, x, begin, end, value), window: { ...window, padding: begin.map(() => 0) } };
}

/** PyTorch names the ends of the last axis first. */
export function padEnds(
  c: OnnxContext,
  x: ValueId,
  begin: readonly number[],
  end: readonly number[],
  value: number,
  mode = 'constant',
): ValueId {
  const padding = begin
    .map((pad, i) => [pad, end[i] ?? 0])
    .reverse()
    .flat();
  return c.add('pad', [x], { padding, mode, value });
}
