// The attributes of a node once its parameters and inputs have become smaller.
import { isDepthwise } from './conventions';
import { isChannelsFirst, reshapedAxis } from './coupling/axes';
import type { Attrs, AttrValue, GraphNode, ModelGraph, Param, ParamName } from './model-graph';
import { channelAxis } from './op';
import { type Dim, isBatch, sameDim, type Shape } from './shape';

/** Answers with the very same attributes when nothing about them changes. */
export function resizedAttrs(
  node: GraphNode,
  inputs: readonly Shape[],
  graph: ModelGraph,
  params: Readonly<Record<ParamName, Param>>,
): Attrs {
  const resize = resizers[node.op];
  const changed = resize?.({ node, inputs, graph, params }) ?? {};
  const same = Object.entries(changed).every(([key, value]) => value === node.attrs[key]);
  return same ? node.attrs : { ...node.attrs, ...changed };
}

interface Resized {
  readonly node: GraphNode;
  /** The new shapes of the node's inputs. */
  readonly inputs: readonly Shape[];
  /** As it was. */
  readonly graph: ModelGraph;
  readonly params: Readonly<Record<ParamName, Param>>;
}

type Resize = (resized: Resized) => Attrs;

const resizers: Readonly<Record<string, Resize>> = {
  conv2d({ node, inputs: [x], graph, params }): Attrs {
    const inChannels = fixed(x?.[channelAxis(4, graph.layout)]);
    const outChannels = outputsOf(node, params);
    // A depthwise layer has a filter a channel; any other grouped layer keeps its groups and makes them narrower.
    if (isDepthwise(node.op, node.attrs)) return { inChannels, outChannels, groups: inChannels };
    return { inChannels, outChannels };
  },

  linear: ({ node, inputs: [x], params }) => ({
    inFeatures: fixed(x?.at(-1)),
    outFeatures: outputsOf(node, params),
  }),

  batchNorm2d: ({ inputs: [x], graph }) => ({
    features: fixed(x?.[channelAxis(x.length, graph.layout)]),
  }),

  layerNorm({ node, inputs: [x = []] }): Attrs {
    const old = node.attrs['shape'] as readonly number[];
    const shape = x.slice(x.length - old.length).map(fixed);
    if (shape.every((dim, i) => dim === old[i])) return {};
    return { shape, features: shape.reduce((n, dim) => n * dim, 1) };
  },

  /** One axis of the input became shorter, so the axis that it goes to does in proportion, unless it is the open one. */
  reshape({ node, inputs: [x = []], graph }): Attrs {
    const [before, after] = [graph.values[node.inputs[0]!]!.shape, graph.values[node.outputs[0]!]!.shape];
    const from = x.findIndex((dim, i) => !sameDim(dim, before[i]!));
    if (from < 0) return {};
    const to = reshapedAxis(before, after, from, isChannelsFirst(from, graph.layout));
    if (!to) throw new Error(`the reshape in ${node.path} cannot follow the channels that were removed`);
    const size = (fixed(after[to.axis]) * fixed(x[from])) / fixed(before[from]);
    const shape = node.attrs['shape'] as readonly AttrValue[];
    return { shape: shape.map((dim, axis) => (axis === to.axis && dim !== -1 ? size : dim)) };
  },
};

function outputsOf(node: GraphNode, params: Readonly<Record<ParamName, Param>>): number {
  const weight = params[node.params['weight'] ?? ''];
  const size = weight?.shape[weight.axes.indexOf('out')];
  if (size === undefined) throw new Error(`${node.path} (${node.op}) has no weight with an output axis`);
  return size;
}

function fixed(dim: Dim | undefined): number {
  if (dim === undefined || isBatch(dim)) throw new Error('channels lie on the batch dimension');
  return dim;
}
