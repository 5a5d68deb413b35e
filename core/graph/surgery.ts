// Removes channels: a smaller graph, and what to cut out of every parameter to fit it.
import { type AxisCut, couple } from './coupling/couple';
import type { GroupId, GroupMember, PruneGroup } from './coupling/group';
import { eachPosition } from './coupling/runs';
import type { ModelGraph, Param, ParamName, Value, ValueId } from './model-graph';
import { ops } from './ops/table';
import { kernelMoves, moveAxis } from './relayout';
import { resizedAttrs } from './resize';
import { type Dim, formatShape, isBatch, sameShape, type Shape } from './shape';
import type { TensorData, Weights } from './tensor';

/** The positions of one axis that stay, ascending. */
export interface AxisSlice {
  readonly axis: number;
  readonly indices: Uint32Array;
  /** Where the axis, now of size 1, stands afterwards, if elsewhere. */
  readonly to?: number;
}

export interface Surgery {
  readonly graph: ModelGraph;
  /** Only parameters that become smaller. */
  readonly slices: ReadonlyMap<ParamName, readonly AxisSlice[]>;
}

/**
 * Keeps the given channels of each group (any order, no duplicates) and everything of the groups that are not named.
 * Throws one line when a group does not exist, cannot be pruned, or would lose all its channels.
 */
export function shrink(graph: ModelGraph, kept: ReadonlyMap<GroupId, Uint32Array>): Surgery {
  const coupling = couple(graph);
  const dropped = droppedOf(graph, kept, coupling.groups);
  if (dropped.size === 0) return { graph, slices: new Map() };
  const slices = slicesOf(graph, dropped, coupling.groups);
  const params: Record<ParamName, Param> = {};
  for (const param of Object.values(graph.params)) {
    const cuts = slices.get(param.name) ?? [];
    const size = (dim: number, axis: number) => cuts.find((cut) => cut.axis === axis)?.indices.length ?? dim;
    params[param.name] = cuts.length > 0 ? { ...param, shape: param.shape.map(size) } : param;
  }
  const after = rederived(graph, params, (id) => coupling.cuts(id, dropped));
  for (const { param: name, from, to } of kernelMoves(graph, after)) {
    const param = params[name]!;
    const [shape, axes] = [moveAxis(param.shape, from, to), moveAxis(param.axes, from, to)];
    params[name] = { ...param, shape, axes };
    const cuts = slices.get(name) ?? [];
    const cut = cuts.find(({ axis }) => axis === from) ?? { axis: from, indices: Uint32Array.of(0) };
    slices.set(name, [...cuts.filter(({ axis }) => axis !== from), { ...cut, to }]);
  }
  return { graph: after, slices };
}

/** The values of the parameters that the smaller graph has. Parameters without a slice are passed on, not copied. */
export function applySlices(weights: Weights, slices: Surgery['slices']): Map<ParamName, TensorData> {
  const out = new Map(weights);
  for (const [name, cuts] of slices) {
    const tensor = weights.get(name);
    if (!tensor) continue;
    const { shape, data } = cuts.reduce((cut, slice) => take(cut, slice, name), tensor);
    const moved = (dims: readonly number[], { axis, to }: AxisSlice) =>
      to === undefined ? dims : moveAxis(dims, axis, to);
    out.set(name, { shape: cuts.reduce(moved, shape), data });
  }
  return out;
}

function droppedOf(
  graph: ModelGraph,
  kept: ReadonlyMap<GroupId, Uint32Array>,
  groups: readonly PruneGroup[],
): Map<GroupId, Uint8Array> {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const all = new Map<GroupId, Uint8Array>();
  for (const [id, channels] of kept) {
    const group = byId.get(id);
    if (!group) throw new Error(`${graph.name} has no group of channels ${id}`);
    const dropped = droppedChannels(group, channels);
    if (!dropped) continue;
    if (!group.prunable.ok)
      throw new Error(`channels of ${id} cannot be removed: it ${group.prunable.reason}`);
    all.set(id, dropped);
  }
  return all;
}

function slicesOf(
  graph: ModelGraph,
  dropped: ReadonlyMap<GroupId, Uint8Array>,
  groups: readonly PruneGroup[],
): Map<ParamName, AxisSlice[]> {
  const keeps = new Map<ParamName, Map<number, Uint8Array>>();
  for (const { id, members } of groups) {
    const gone = dropped.get(id);
    if (!gone) continue;
    for (const member of members) {
      const keep = keepOf(graph, keeps, member);
      eachPosition(member.runs, (position, channel) => {
        if (gone[channel] === 1) keep[position] = 0;
      });
    }
  }
  const slices = new Map<ParamName, AxisSlice[]>();
  for (const [param, axes] of keeps) {
    const cuts = [...axes].map(([axis, keep]) => ({ axis, indices: positions(keep) }));
    slices.set(
      param,
      cuts.sort((a, b) => a.axis - b.axis),
    );
  }
  return slices;
}

/** One entry a channel, 1 where it goes; undefined when all stay. */
function droppedChannels({ id, channels }: PruneGroup, kept: Uint32Array): Uint8Array | undefined {
  const dropped = new Uint8Array(channels).fill(1);
  for (const channel of kept) {
    if (channel >= channels)
      throw new Error(`group ${id} has ${channels} channels, so none is number ${channel}`);
    if (dropped[channel] === 0) throw new Error(`channel ${channel} of group ${id} is kept twice`);
    dropped[channel] = 0;
  }
  if (kept.length === 0)
    throw new Error(`group ${id} would lose all its ${channels} channels; keep one at least`);
  return kept.length === channels ? undefined : dropped;
}

function keepOf(
  graph: ModelGraph,
  keeps: Map<ParamName, Map<number, Uint8Array>>,
  { param, axis }: GroupMember,
): Uint8Array {
  const size = graph.params[param]?.shape[axis];
  if (size === undefined) throw new Error(`${graph.name} has no parameter ${param} with an axis ${axis}`);
  const axes = keeps.get(param) ?? new Map<number, Uint8Array>();
  keeps.set(param, axes);
  const keep = axes.get(axis) ?? new Uint8Array(size).fill(1);
  axes.set(axis, keep);
  return keep;
}

const positions = (keep: Uint8Array): Uint32Array =>
  Uint32Array.from(Array.from(keep.keys()).filter((position) => keep[position] === 1));

/** The graph with shapes as the coupling says they become, and attributes that follow from them, node by node. */
function rederived(
  graph: ModelGraph,
  params: Readonly<Record<ParamName, Param>>,
  cutsOf: (id: ValueId) => readonly AxisCut[],
): ModelGraph {
  const values: Record<ValueId, Value> = { ...graph.values };
  const cuts = new Map<ValueId, readonly AxisCut[]>();
  for (const { id, shape } of Object.values(graph.values)) {
    const own = cutsOf(id);
    if (own.length === 0) continue;
    cuts.set(id, own);
    values[id] = { ...values[id]!, shape: cutShape(shape, own) };
  }
  const shapesOf = (ids: readonly ValueId[]) => ids.map((id) => values[id]!.shape);
  const nodes = graph.nodes.map((node) => {
    const def = ops.get(node.op);
    if (!def || ![...node.inputs, ...node.outputs].some((id) => cuts.has(id))) return node;
    const [inputs, outputs] = [shapesOf(node.inputs), shapesOf(node.outputs)];
    const attrs = resizedAttrs({ node, inputs, outputs, graph, cuts: cuts.get(node.inputs[0] ?? '') ?? [] });
    // What the op makes of its new attributes has to be what its readers were cut to fit.
    def.shape(inputs, attrs, { layout: graph.layout }).forEach((shape, i) => {
      if (!sameShape(shape, outputs[i]!))
        throw new Error(
          `${node.op} in ${node.path || graph.name} makes ${formatShape(shape)} of fewer channels, not ${formatShape(outputs[i]!)}`,
        );
    });
    return attrs === node.attrs ? node : { ...node, attrs };
  });
  return { ...graph, values, nodes, params };
}

function cutShape(shape: Shape, cuts: readonly AxisCut[]): Shape {
  return shape.map((dim, axis): Dim => {
    const cut = cuts.find((candidate) => candidate.axis === axis);
    if (!cut) return dim;
    const left = cut.keep.reduce((n, stays) => n + stays, 0);
    return isBatch(dim) ? { batch: left } : left;
  });
}

/** Gathers positions of one axis of a row-major tensor. */
function take({ shape, data }: TensorData, { axis, indices }: AxisSlice, name: ParamName): TensorData {
  const size = shape[axis] ?? 0;
  if (indices.length > 0 && indices.at(-1)! >= size)
    throw new Error(`${name} is ${shape.join('×')}: it has no position ${indices.at(-1)!} on axis ${axis}`);
  const inner = shape.slice(axis + 1).reduce((n, dim) => n * dim, 1);
  const outer = shape.slice(0, axis).reduce((n, dim) => n * dim, 1);
  const length = outer * indices.length * inner;
  const out = data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices) {
      const from = (o * size + index) * inner;
      out.set(data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return { shape: shape.map((dim, i) => (i === axis ? indices.length : dim)), data: out };
}
