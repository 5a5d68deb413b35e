// Surgery: the smaller model computes what the large one computes with those channels silenced.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import type { PruneGroup } from '../../../core/graph/coupling/group';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Framework, ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { applySlices, shrink, type Surgery } from '../../../core/graph/surgery';
import type { TensorData, Weights } from '../../../core/graph/tensor';
import { Net } from './support/net';
import { Random, randomInputs, randomWeights } from './support/random';
import { randomGraph } from './support/random-graph';
import { run } from './support/reference';

type Kept = ReadonlyMap<string, Uint32Array>;

/** The dense weights with every reader of a removed channel deaf to it. */
function silenced(weights: Weights, groups: readonly PruneGroup[], kept: Kept): Weights {
  const out = new Map(weights);
  for (const group of groups) {
    const keep = new Set(kept.get(group.id) ?? Array.from({ length: group.channels }, (_, i) => i));
    for (const { param, axis, role, runs } of group.members) {
      if (role !== 'in') continue;
      const { shape, data } = out.get(param)!;
      const copy = data.slice();
      const inner = shape.slice(axis + 1).reduce((n, dim) => n * dim, 1);
      const deaf = new Set<number>();
      for (const { channel, count, start, stride, width } of runs)
        for (let i = 0; i < count; i++)
          for (let r = 0; r < width; r++) if (!keep.has(channel + i)) deaf.add(start + i * stride + r);
      for (let at = 0; at < copy.length; at++)
        if (deaf.has(Math.floor(at / inner) % shape[axis]!)) copy[at] = 0;
      out.set(param, { shape, data: copy });
    }
  }
  return out;
}

/** What the builder makes of the shrunk graph's nodes and attributes, shapes and parameters from scratch. */
function rebuilt(graph: ModelGraph): ModelGraph {
  const builder = new GraphBuilder(graph.framework, graph.layout);
  const ids = new Map(graph.inputs.map((id) => [id, builder.input(graph.values[id]!.shape)]));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => ids.get(id)!);
    const [y] = builder.add(node.op, inputs, node.attrs, { path: node.path });
    ids.set(node.outputs[0]!, y!);
  }
  return builder.finish(
    graph.name,
    graph.outputs.map((id) => ids.get(id)!),
  );
}

const shapesOf = ({ nodes, values, params }: ModelGraph) => ({
  values: nodes.map(({ op, outputs }) => [op, values[outputs[0]!]!.shape]),
  params: Object.fromEntries(Object.values(params).map(({ name, shape }) => [name, shape])),
});

function expectSurgeryHolds(
  graph: ModelGraph,
  kept: Kept,
  groups: readonly PruneGroup[],
  random: Random,
): Surgery {
  const surgery = shrink(graph, kept);
  expect(shapesOf(surgery.graph)).toEqual(shapesOf(rebuilt(surgery.graph)));

  const weights = randomWeights(graph, random);
  const small = applySlices(weights, surgery.slices);
  for (const { name, shape } of Object.values(surgery.graph.params)) {
    expect(small.get(name)!.shape).toEqual(shape);
    expect(small.get(name)!.data).toHaveLength(shape.reduce((n, dim) => n * dim, 1));
  }
  const inputs = randomInputs(graph, random);
  const dense = run(graph, silenced(weights, groups, kept), inputs);
  const sparse = run(surgery.graph, small, inputs);
  dense.forEach((y, i) => {
    expect(sparse[i]!.shape).toEqual(y.shape);
    const far = y.data.reduce((most, value, at) => Math.max(most, Math.abs(value - sparse[i]!.data[at]!)), 0);
    expect(far).toBeLessThan(1e-9 * Math.max(1, ...y.data.map(Math.abs)));
  });
  return surgery;
}

const halfOf = (groups: readonly PruneGroup[], random: Random): Map<string, Uint32Array> =>
  new Map(
    groups.filter(({ prunable }) => prunable.ok).map(({ id, channels }) => [id, random.subset(channels)]),
  );

const frameworks: readonly Framework[] = ['pytorch', 'tfjs'];

describe.each(frameworks)('surgery on a %s graph', (framework) => {
  const check = (graph: ModelGraph, expected: readonly string[]) => {
    const groups = findGroups(graph);
    const prunable = groups.filter(({ prunable: { ok } }) => ok).map(({ id }) => id);
    expect(prunable).toEqual(expected);
    const random = new Random(7);
    return expectSurgeryHolds(graph, halfOf(groups, random), groups, random);
  };

  it('keeps the meaning of a residual network with a projection', () => {
    const net = new Net(framework);
    const stem = net.relu(net.norm(net.conv(net.image(2, 4), 6, 'stem'), 'stem_bn'));
    const one = net.relu(net.norm(net.conv(stem, 5, 'one'), 'one_bn'));
    const block = net.relu(net.add(net.norm(net.conv(one, 6, 'two'), 'two_bn'), stem));
    const down = net.add(net.conv(block, 8, 'three'), net.project(block, 8, 'shortcut'));
    const graph = net.finish(net.linear(net.pool(down), 3, 'head'));
    const { slices } = check(graph, ['stem', 'one', 'three']);
    expect(slices.has(framework === 'pytorch' ? 'head.bias' : 'head/bias')).toBe(false);
  });

  it('keeps the meaning of a flatten into a linear', () => {
    const net = new Net(framework);
    const a = net.conv(net.image(2, 4), 5, 'a');
    const both = net.concat(net.relu(a), net.conv(a, 3, 'b', { bias: true }));
    const hidden = net.norm(net.linear(net.flatten(both), 7, 'hidden'), 'hidden_bn');
    check(net.finish(net.linear(hidden, 3, 'head')), ['a', 'b', 'hidden']);
  });

  it('keeps the meaning of an inverted residual with squeeze and excitation', () => {
    const net = new Net(framework);
    const x = net.project(net.image(2, 4), 4, 'stem');
    const wide = net.norm(net.project(x, 8, 'expand'), 'expand_bn');
    const deep = net.relu(net.norm(net.conv(wide, 8, 'depthwise', { groups: 8, bias: true }), 'depth_bn'));
    const squeezed = net.relu(net.project(net.pool(deep, true), 3, 'squeeze'));
    const scale = net.op('sigmoid', [net.project(squeezed, 8, 'excite')]);
    const out = net.add(net.project(net.op('mul', [deep, scale]), 4, 'project'), x);
    check(net.finish(net.linear(net.pool(out), 2, 'head')), ['stem', 'expand', 'squeeze']);
  });

  it('keeps a grouped convolution grouped, with the same channels of every group', () => {
    const net = new Net(framework);
    const x = net.project(net.image(2, 4), 12, 'in');
    const mid = net.relu(net.conv(x, 8, 'mid', { groups: 4 }));
    const { graph } = check(net.finish(net.linear(net.pool(mid), 2, 'head')), ['in', 'mid']);
    expect(graph.nodes.find(({ path }) => path === 'mid')!.attrs['groups']).toBe(4);
  });

  it('keeps the meaning of a layer that is called twice', () => {
    const net = new Net(framework);
    const once = net.relu(net.conv(net.conv(net.image(2, 4), 6, 'a'), 6, 'shared'));
    const twice = net.relu(net.conv(once, 6, 'shared'));
    check(net.finish(net.linear(net.pool(twice), 2, 'head')), ['a']);
  });

  it('rewrites the sizes that a reshape spells out', () => {
    const net = new Net(framework);
    const x = net.conv(net.image(2, 4), 6, 'a');
    const flat = net.op('reshape', [x], { shape: [{ batch: 1 }, 96] });
    const { graph } = check(net.finish(net.linear(flat, 2, 'head')), ['a']);
    const kept = Number(graph.nodes[0]!.attrs['outChannels']);
    expect(kept).toBeLessThan(6);
    expect(graph.nodes[1]!.attrs['shape']).toEqual([{ batch: 1 }, kept * 16]);
  });

  it('keeps the meaning of heads that are split off, moved and merged again', () => {
    const net = new Net(framework);
    const x = net.linear(net.input([N, 5, 4]), 12, 'value');
    const heads = net.op('reshape', [x], { shape: [{ batch: 1 }, 5, 3, 4] });
    const moved = net.op('permute', [heads], { order: [0, 2, 1, 3] });
    const back = net.op('permute', [moved], { order: [0, 2, 1, 3] });
    const merged = net.op('reshape', [back], { shape: [{ batch: 1 }, 5, -1] });
    const graph = net.finish(net.linear(merged, 2, 'out'));
    const { graph: small } = check(graph, ['value']);
    const [, , heads0] = small.nodes[1]!.attrs['shape'] as number[];
    expect(small.nodes[0]!.attrs['outFeatures']).toBe(4 * heads0!);
  });

  it('narrows a layer norm with its channels', () => {
    const net = new Net(framework);
    const x = net.linear(net.input([N, 6]), 8, 'a');
    const attrs = { features: 8, shape: [8], eps: 1e-5, affine: true };
    const graph = net.finish(net.linear(net.op('layerNorm', [x], attrs, 'norm'), 2, 'b'));
    const surgery = shrink(graph, new Map([['a', Uint32Array.of(1, 5, 7)]]));
    expect(shapesOf(surgery.graph)).toEqual(shapesOf(rebuilt(surgery.graph)));
    expect(surgery.graph.nodes[1]!.attrs).toMatchObject({ features: 3, shape: [3] });
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed))('keeps the meaning of random graph %i', (seed) => {
    const random = new Random(1000 + seed);
    const graph = randomGraph(framework, random);
    const groups = findGroups(graph);
    // Every group on its own, then all at once.
    for (const { id, channels, prunable } of groups)
      if (prunable.ok) expectSurgeryHolds(graph, new Map([[id, random.subset(channels)]]), groups, random);
    expectSurgeryHolds(graph, halfOf(groups, random), groups, random);
  });
});

describe('surgery on a pytorch graph', () => {
  it('keeps the meaning of shuffled channels', () => {
    const net = new Net();
    const x = net.conv(net.image(2, 4), 8, 'a');
    const parts = net.op('reshape', [x], { shape: [{ batch: 1 }, 2, 4, 4, 4] });
    const swapped = net.op('permute', [parts], { order: [0, 2, 1, 3, 4] });
    const mixed = net.op('reshape', [swapped], { shape: [{ batch: 1 }, 8, 4, 4] });
    const graph = net.finish(net.linear(net.pool(net.conv(mixed, 4, 'b')), 2, 'head'));
    const groups = findGroups(graph);
    expect(groups.find(({ id }) => id === 'a')).toMatchObject({ channels: 4, prunable: { ok: true } });
    const random = new Random(3);
    expectSurgeryHolds(graph, new Map([['a', Uint32Array.of(1, 3)]]), groups, random);
  });
});

describe('surgery', () => {
  const small = () => {
    const net = new Net();
    return net.finish(net.conv(net.conv(net.image(), 4, 'a'), 2, 'b'));
  };
  const keep = (id: string, ...channels: number[]) => new Map([[id, Uint32Array.from(channels)]]);

  it.each<[string, Map<string, Uint32Array>, string]>([
    ['loses all channels', keep('a'), 'group a would lose all its 4 channels; keep one at least'],
    ['does not exist', keep('z', 1), 'net has no group of channels z'],
    ['has no such channel', keep('a', 0, 4), 'group a has 4 channels, so none is number 4'],
    ['names a channel twice', keep('a', 1, 1), 'channel 1 of group a is kept twice'],
    ['feeds the output', keep('b', 0), "channels of b cannot be removed: it feeds the model's output"],
  ])('refuses a group that %s, in one line', (_, kept, message) => {
    expect(() => shrink(small(), kept)).toThrow(new Error(message));
  });

  it('leaves a graph that keeps everything as it is', () => {
    const graph = small();
    const { graph: same, slices } = shrink(graph, keep('a', 3, 2, 1, 0));
    expect(same).toEqual(graph);
    expect(slices.size).toBe(0);
  });

  it('gathers slices along any axes, and passes other parameters on uncopied', () => {
    const tensor: TensorData = { shape: [2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
    const other: TensorData = { shape: [1], data: Int32Array.from([5]) };
    const out = applySlices(
      new Map([
        ['w', tensor],
        ['n', other],
      ]),
      new Map([
        [
          'w',
          [
            { axis: 0, indices: Uint32Array.of(1) },
            { axis: 1, indices: Uint32Array.of(0, 2) },
          ],
        ],
      ]),
    );
    expect(out.get('w')).toEqual({ shape: [1, 2, 2], data: Float32Array.of(6, 7, 10, 11) });
    expect(out.get('n')).toBe(other);
  });

  it('refuses weights that are not the shape the slices were made for', () => {
    const slices = new Map([['w', [{ axis: 0, indices: Uint32Array.of(4) }]]]);
    const weights = new Map([['w', { shape: [2, 1], data: Float32Array.of(1, 2) }]]);
    expect(() => applySlices(weights, slices)).toThrow('w is 2×1: it has no position 4 on axis 0');
  });
});
