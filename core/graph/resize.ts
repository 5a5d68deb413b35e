// The attributes of a node once its inputs and outputs have become smaller.
import type { AxisCut } from './coupling/couple';
import { isDepthwise } from './conventions';
import type { Attrs, AttrValue, GraphNode, ModelGraph } from './model-graph';
import { channelAxis } from './op';
import { axisOf, type Dim, isBatch, sameDim, type Shape } from './shape';

interface Resized {
  readonly node: GraphNode;
  /** The new shapes of the node's inputs and outputs. */
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
  /** As it was. */
  readonly graph: ModelGraph;
  /** What the first input lost. */
  readonly cuts: readonly AxisCut[];
}

/** Answers with the very same attributes when nothing about them changes. */
export function resizedAttrs(resized: Resized): Attrs {
  const { attrs, op } = resized.node;
  const changed = resizers[op]?.(resized) ?? {};
  const same = Object.entries(changed).every(([key, value]) => value === attrs[key]);
  return same ? attrs : { ...attrs, ...changed };
}

type Resize = (resized: Resized) => Attrs;

/** The op says how wide its input and output are. */
function convolution({ node, inputs: [x = []], outputs: [y = []], graph }: Resized): Attrs {
  const axis = channelAxis(x.length, graph.layout);
  const [inChannels, outChannels] = [fixed(x[axis]), fixed(y[axis])];
  // A depthwise layer has a filter a channel; any other grouped layer keeps its groups and makes them narrower.
  if (isDepthwise(node.op, node.attrs)) return { inChannels, outChannels, groups: inChannels };
  return { inChannels, outChannels };
}

const features: Resize = ({ inputs: [x = []], graph }) => ({
  features: fixed(x[channelAxis(x.length, graph.layout)]),
});

function groupNorm(resized: Resized): Attrs {
  const { attrs } = resized.node;
  const now = features(resized);
  // One group a channel stays that; wider groups keep their number.
  return attrs['groups'] === attrs['features'] ? { ...now, groups: now['features']! } : now;
}

function lastAxes({ node, inputs: [x = []] }: Resized): Attrs {
  const old = node.attrs['shape'] as readonly number[];
  const shape = x.slice(x.length - old.length).map(fixed);
  if (shape.every((dim, i) => dim === old[i])) return {};
  return { shape, features: shape.reduce((n, dim) => n * dim, 1) };
}

/** Sizes that are spelled out follow the output; an open one (-1) stays open. */
function outputShape({ node, outputs: [y = []] }: Resized): Attrs {
  const old = node.attrs['shape'] as readonly AttrValue[];
  const shape = old.map((dim, axis): AttrValue => {
    const size = y[axis]!;
    if (dim === -1 || sameDim(dim as Dim, size)) return dim;
    return isBatch(size) ? { batch: size.batch } : size;
  });
  return shape.every((dim, i) => dim === old[i]) ? {} : { shape };
}

/** A stretch begins after what is left of everything in front of it. */
function slice({ node, inputs: [x = []], outputs: [y = []], cuts }: Resized): Attrs {
  const axis = axisOf(Number(node.attrs['axis']), x.length);
  const cut = cuts.find((candidate) => candidate.axis === axis);
  if (!cut) return {};
  const before = cut.keep.slice(0, Number(node.attrs['start']));
  const length = y[axis]!;
  return {
    start: before.reduce((n, stays) => n + stays, 0),
    length: isBatch(length) ? { batch: length.batch } : length,
  };
}

const resizers: Readonly<Record<string, Resize>> = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((n) => [`conv${n}d`, `convTranspose${n}d`].map((op) => [op, convolution])),
  ),
  linear: ({ inputs: [x], outputs: [y] }) => ({
    inFeatures: fixed(x?.at(-1)),
    outFeatures: fixed(y?.at(-1)),
  }),
  embedding: ({ outputs: [y] }) => ({ features: fixed(y?.at(-1)) }),
  batchNorm2d: features,
  instanceNorm: features,
  groupNorm,
  layerNorm: lastAxes,
  rmsNorm: lastAxes,
  prelu: ({ node, inputs: [x = []], graph }): Attrs =>
    node.attrs['count'] === 1 ? {} : { count: fixed(x[channelAxis(x.length, graph.layout)]) },
  preluChannels: ({ node, inputs: [x = []] }): Attrs => {
    const old = node.attrs['shape'] as readonly number[];
    const shape = [...old.slice(0, -1), fixed(x.at(-1))];
    return shape.at(-1) === old.at(-1) ? {} : { shape };
  },
  reshape: outputShape,
  expand: outputShape,
  index: outputShape,
  parameter: outputShape,
  constant: outputShape,
  slice,
};

function fixed(dim: Dim | undefined): number {
  if (dim === undefined || isBatch(dim)) throw new Error('channels lie on the batch dimension');
  return dim;
}
