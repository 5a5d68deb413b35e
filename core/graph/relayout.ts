// Where removing channels turns a convolution depthwise (or makes it stop being so), Keras lays its kernel out anew.
import { isDepthwise, paramFor } from './conventions';
import type { ModelGraph, ParamName } from './model-graph';
import { ops } from './ops/table';

/** The input axis of a kernel, of size 1, that has to stand elsewhere. Values stay in their order. */
export interface AxisMove {
  readonly param: ParamName;
  readonly from: number;
  readonly to: number;
}

/** @param after has the new attributes, and the old order of axes. */
export function kernelMoves(before: ModelGraph, after: ModelGraph): AxisMove[] {
  const moves = new Map<ParamName, AxisMove>();
  after.nodes.forEach((node, i) => {
    const depthwise = isDepthwise(node.op, node.attrs);
    const param = after.params[node.params['weight'] ?? ''];
    const spec = ops
      .get(node.op)
      ?.params?.(node.attrs)
      .find(({ role }) => role === 'weight');
    if (!param || !spec || depthwise === isDepthwise(node.op, before.nodes[i]!.attrs)) return;
    const from = param.axes.indexOf('in');
    const to = paramFor(after.framework, node.op, node.path, spec, depthwise).axes.indexOf('in');
    if (from !== to) moves.set(param.name, { param: param.name, from, to });
  });
  return [...moves.values()];
}

export function moveAxis<T>(axes: readonly T[], from: number, to: number): T[] {
  const rest = axes.filter((_, i) => i !== from);
  return [...rest.slice(0, to), axes[from]!, ...rest.slice(to)];
}
