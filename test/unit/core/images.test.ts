// Coupling through what image models are made of besides plain convolutions.
import { describe, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Attrs, ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { shrink } from '../../../core/graph/surgery';
import { Net } from './support/net';

const prunable = (graph: ModelGraph) =>
  findGroups(graph)
    .filter(({ prunable: { ok } }) => ok)
    .map(({ id, channels }) => `${id} ${channels}`);
const reasonOf = (graph: ModelGraph, id: string) => {
  const fit = findGroups(graph).find((group) => group.id === id)!.prunable;
  return fit.ok ? '' : fit.reason;
};
const member = (graph: ModelGraph, id: string, param: string) =>
  findGroups(graph)
    .find((group) => group.id === id)!
    .members.find((candidate) => candidate.param === param)!;

/** `a`, a convolution with 8 channels, then `build`, then `b`. */
function between(build: (net: Net, a: string) => string): ModelGraph {
  const net = new Net();
  const x = build(net, net.conv(net.image(3, 8), 8, 'a'));
  return net.finish(net.conv(net.conv(x, 4, 'b'), 2, 'head'));
}
/** Keeps channels of `a`, and answers with the smaller graph, in which every op agreed to its new shape. */
const keep = (graph: ModelGraph, ...channels: number[]) =>
  shrink(graph, new Map([['a', Uint32Array.from(channels)]])).graph;
const node = ({ nodes }: ModelGraph, kind: string) => nodes.find(({ op }) => op === kind)!;

const up = (inChannels: number, outChannels: number, groups: number): Attrs => ({
  ...{ inChannels, outChannels, groups, kernel: 2, stride: 2, padding: 0, outputPadding: 0, dilation: 1 },
  bias: true,
});

describe('a transposed convolution', () => {
  it('reads channels along the first axis of its weight and makes them along the second', () => {
    const graph = between((net, a) => net.op('convTranspose2d', [a], up(8, 6, 1), 'up'));
    expect(prunable(graph)).toEqual(['a 8', 'up 6', 'b 4']);
    expect(member(graph, 'a', 'up.weight')).toMatchObject({ axis: 0, role: 'in' });
    expect(member(graph, 'up', 'up.weight')).toMatchObject({ axis: 1, role: 'out' });
    const small = shrink(graph, new Map([['up', Uint32Array.of(0, 5)]])).graph;
    expect(small.params['up.weight']!.shape).toEqual([8, 2, 2, 2]);
    expect(small.params['up.bias']!.shape).toEqual([2]);
  });

  it('with groups keeps them equally wide', () => {
    const graph = between((net, a) => net.op('convTranspose2d', [a], up(8, 12, 2), 'up'));
    expect(prunable(graph)).toEqual(['a 4', 'up 6', 'b 4']);
    const small = shrink(graph, new Map([['up', Uint32Array.of(1)]])).graph;
    expect(small.params['up.weight']!.shape).toEqual([8, 1, 2, 2]);
    expect(node(small, 'convTranspose2d').attrs).toMatchObject({ outChannels: 2, groups: 2 });
  });

  it('with a group for each channel goes with its input', () => {
    const graph = between((net, a) => net.op('convTranspose2d', [a], up(8, 8, 8), 'up'));
    expect(prunable(graph)).toEqual(['a 8', 'b 4']);
    expect(node(keep(graph, 1, 2, 3), 'convTranspose2d').attrs).toMatchObject({ inChannels: 3, groups: 3 });
  });
});

describe('group norm', () => {
  const norm = (groups: number) => (net: Net, a: string) =>
    net.op('groupNorm', [a], { groups, features: 8, eps: 1e-5, affine: true }, 'n');

  it('loses the same channel of every group', () => {
    const graph = between(norm(4));
    expect(prunable(graph)).toEqual(['a 2', 'b 4']);
    expect(node(keep(graph, 1), 'groupNorm').attrs).toMatchObject({ groups: 4, features: 4 });
  });

  it('loses single channels where all are one group, or each is one', () => {
    expect(node(keep(between(norm(1)), 1, 2, 3), 'groupNorm').attrs).toMatchObject({
      groups: 1,
      features: 3,
    });
    expect(node(keep(between(norm(8)), 1, 2, 3), 'groupNorm').attrs).toMatchObject({
      groups: 3,
      features: 3,
    });
  });
});

describe('channels that are cut in parts', () => {
  const parts = (net: Net, a: string, attrs: Attrs) =>
    [0, 4].map((start) => net.op('slice', [a], { axis: 1, start, length: 4, step: 1, ...attrs }, 'halve'));

  it('go from each part on their own where the code says how wide the parts are', () => {
    const graph = between((net, a) => net.op('concat', parts(net, a, {}), { axis: 1 }));
    expect(prunable(graph)).toEqual(['a 4', 'a#2 4', 'b 4']);
  });

  it('go from all parts together where the code cuts evenly, and then the parts are as wide as each other', () => {
    const graph = between((net, a) => net.op('concat', parts(net, a, { chunks: 2 }), { axis: 1 }));
    expect(prunable(graph)).toEqual(['a 4', 'b 4']);
    const cuts = keep(graph, 0, 3).nodes.filter(({ op }) => op === 'slice');
    expect(cuts.map(({ attrs }) => attrs)).toMatchObject([
      { start: 0, length: 2, chunks: 2 },
      { start: 2, length: 2, chunks: 2 },
    ]);
  });

  it('stay where a layer of groups lies across the parts', () => {
    const net = new Net();
    const a = net.op('pixelUnshuffle', [net.conv(net.image(3, 16), 3, 'a')], { factor: 2 });
    const halves = [0, 6].map((start) =>
      net.op('slice', [a], { axis: 1, start, length: 6, step: 1, chunks: 2 }, 'halve'),
    );
    const graph = net.finish(net.conv(net.op('concat', halves, { axis: 1 }), 2, 'head'));
    expect(reasonOf(graph, 'a')).toBe('interleaves its channels differently in slice in halve');
  });
});

describe('channels', () => {
  it.each<[string, (net: Net, a: string) => string, string]>([
    ['are resized with their image', (net, a) => net.op('interpolate', [a], { size: [16, 16] }), 'a 8'],
    ['are padded around their image', (net, a) => net.op('pad', [a], { padding: [1, 1, 2, 2] }), 'a 8'],
    ['have slopes of their own', (net, a) => net.op('prelu', [a], { count: 8 }, 'act'), 'a 8'],
    ['share a slope', (net, a) => net.op('prelu', [a], { count: 1 }, 'act'), 'a 8'],
    ['go in squares into a larger image', (net, a) => net.op('pixelShuffle', [a], { factor: 2 }), 'a 2'],
    ['take their square of the image along', (net, a) => net.op('pixelUnshuffle', [a], { factor: 2 }), 'a 8'],
    ['are rolled over their image', (net, a) => net.op('roll', [a], { axes: [2, 3], shifts: [1, 1] }), 'a 8'],
    [
      'are told apart by a condition',
      (net, a) => net.op('where', [net.op('gt', [a], { scalar: 0 }), a], { scalarB: 0 }),
      'a 8',
    ],
    ['are repeated as a whole', (net, a) => net.op('repeat', [a], { counts: [1, 2, 1, 1] }), 'a 8'],
    ['are repeated one by one', (net, a) => net.op('repeatInterleave', [a], { axis: 1, count: 3 }), 'a 8'],
    [
      'become windows and an image again',
      (net, a) => {
        const columns = net.op('unfold', [a], { kernel: 2, stride: 2 });
        return net.op('fold', [columns], { kernel: 2, stride: 2, output: [8, 8] });
      },
      'a 8',
    ],
    [
      'are shuffled within their groups',
      (net, a) => {
        const parts = net.op('reshape', [a], { shape: [{ batch: 1 }, 2, 4, 8, 8] });
        const swapped = net.op('permute', [parts], { order: [0, 2, 1, 3, 4] });
        return net.op('reshape', [swapped], { shape: [{ batch: 1 }, 8, 8, 8] });
      },
      'a 4',
    ],
  ])('that %s can be removed', (_, build, expected) => {
    const graph = between(build);
    expect(prunable(graph)[0]).toBe(expected);
    const [group] = findGroups(graph).filter(({ id }) => id === 'a');
    const kept = Array.from({ length: group!.channels }, (_unused, i) => i).slice(1);
    const small = keep(graph, ...kept);
    expect(small.params['a.weight']!.shape[0]).toBe((8 / group!.channels) * kept.length);
  });

  it.each<[string, (net: Net, a: string) => string, string]>([
    [
      'are padded with more of them',
      (net, a) => net.op('pad', [a], { padding: [0, 0, 0, 0, 2, 2] }, 'p'),
      'is padded by pad in p',
    ],
    ['change places', (net, a) => net.op('flip', [a], { axes: [1] }, 'f'), 'is reordered by flip in f'],
    [
      'are picked by position',
      (net, a) => net.op('indexSelect', [a], { axis: 1, count: 3, index: [0, 1, 1] }, 'i'),
      'is picked from by indexSelect in i',
    ],
    [
      'are taken in steps',
      (net, a) => net.op('slice', [a], { axis: 1, start: 0, length: 4, step: 2 }, 's'),
      'is cut across by slice in s',
    ],
    [
      'are divided by their neighbours',
      (net, a) => net.op('localResponseNorm', [a], { size: 5 }, 'l'),
      'passes through localResponseNorm in l',
    ],
    [
      'meet a constant of their width',
      (net, a) => net.op('mul', [a, net.op('constant', [], { shape: [8, 1, 1], data: [1] })]),
      'meets a constant',
    ],
    [
      'are summed over by name',
      (net, a) => net.op('einsum', [a], { equation: 'bchw->bhw' }, 'e'),
      'is reduced over by einsum in e',
    ],
  ])('that %s stay', (_, build, reason) => {
    const net = new Net();
    const y = build(net, net.conv(net.image(3, 8), 8, 'a'));
    expect(reasonOf(net.finish(net.op('reshape', [y], { shape: [{ batch: 1 }, -1] })), 'a')).toBe(reason);
  });

  it('of a sequence go through convolutions along it', () => {
    const net = new Net();
    const conv = (x: string, inChannels: number, outChannels: number, path: string) =>
      net.op(
        'conv1d',
        [x],
        { inChannels, outChannels, kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: true },
        path,
      );
    const a = conv(net.input([N, 4, 20]), 4, 8, 'a');
    const normed = net.op('batchNorm2d', [a], { features: 8, eps: 1e-5, affine: true }, 'n');
    const pooled = net.op('maxPool1d', [normed], { kernel: 2, stride: 2 });
    const graph = net.finish(conv(pooled, 8, 3, 'b'));
    expect(prunable(graph)).toEqual(['a 8']);
    expect(keep(graph, 0, 7).params['n.running_var']!.shape).toEqual([2]);
  });
});
