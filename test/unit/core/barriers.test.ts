// What stops channels from being removed, and that the reason names it.
import { describe, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Framework } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { Net } from './support/net';

/** Why the channels of layer `a` cannot be removed, or ''. */
function reasonFor(build: (net: Net, a: string) => string, framework: Framework = 'pytorch'): string {
  const net = new Net(framework);
  const graph = net.finish(build(net, net.conv(net.image(), 8, 'a')));
  const { prunable } = findGroups(graph).find(({ id }) => id === 'a')!;
  return prunable.ok ? '' : prunable.reason;
}

describe('channels cannot be removed that', () => {
  it.each<[string, (net: Net, a: string) => string, string]>([
    ['feed the output', (net, a) => net.relu(a), "feeds the model's output"],
    ['feed it through softmax', (net, a) => net.op('softmax', [a], { axis: 1 }), "feeds the model's output"],
    [
      'are summed over on the way',
      (net, a) => net.conv(net.op('softmax', [a], { axis: 1 }, 'attend'), 4, 'b'),
      'is reduced over by softmax in attend',
    ],
    [
      'are averaged away',
      (net, a) => net.op('mean', [a], { axes: [1], keepDims: true }, 'gate'),
      'is reduced over by mean in gate',
    ],
    [
      'are multiplied by fixed columns of a matrix',
      (net, a) => {
        const columns = net.op('permute', [a], { order: [0, 2, 3, 1] });
        return net.conv(net.op('matmul', [columns, net.input([N, 8, 8, 4])], {}, 'attn'), 4, 'b');
      },
      "is the model's input",
    ],
    [
      'enter an op nobody knows',
      (net, a) => net.builder.addUnknown('einsum', [a], [[N, 8, 8, 8]], { path: 'blocks.0.attn' })[0]!,
      'passes through the unknown op einsum in blocks.0.attn',
    ],
    ['meet the input', (net, a) => net.conv(net.add(a, net.image(8)), 4, 'b'), "is the model's input"],
    [
      'are cut across by a convolution on another axis',
      (net, a) => net.conv(net.op('permute', [a], { order: [0, 2, 3, 1] }), 4, 'b'),
      'lies across the channels of conv2d in b',
    ],
    [
      'are reshaped across their borders',
      (net, a) => net.conv(net.op('reshape', [a], { shape: [{ batch: 1 }, 16, 4, 8] }, 'mix'), 4, 'b'),
      'passes through reshape in mix',
    ],
    [
      'scatter over the batch',
      (net, a) => {
        const last = net.op('permute', [a], { order: [1, 0, 2, 3] });
        return net.linear(net.op('reshape', [last], { shape: [-1, 64] }, 'fold'), 4, 'b');
      },
      'passes through reshape in fold',
    ],
    [
      'are shuffled between two readings',
      (net, a) => {
        const rows = net.op('reshape', [a], { shape: [{ batch: 1 }, 2, 4, 8, 8] });
        const swapped = net.op('permute', [rows], { order: [0, 2, 1, 3, 4] });
        const mixed = net.op('reshape', [swapped], { shape: [{ batch: 1 }, 8, 8, 8] });
        return net.conv(net.op('add', [a, mixed], {}, 'shuffle'), 4, 'b');
      },
      'interleaves its channels differently in add in shuffle',
    ],
  ])('%s', (_, build, reason) => {
    expect(reasonFor(build)).toBe(reason);
  });

  it('are the only one of their layer', () => {
    const net = new Net();
    const mask = net.conv(net.image(), 1, 'mask');
    const wide = net.op('mul', [net.conv(net.image(), 8, 'a'), mask], {}, 'gate');
    const groups = findGroups(net.finish(net.conv(wide, 4, 'b')));
    expect(groups.map(({ id, prunable }) => [id, prunable.ok || prunable.reason])).toEqual([
      ['input', "is the model's input"],
      ['mask', 'is broadcast in mul in gate'],
      ['input#2', "is the model's input"],
      ['a', true],
      ['b', "feeds the model's output"],
    ]);
  });
});

describe('channels stay prunable', () => {
  it.each<[string, (net: Net, a: string) => string]>([
    ['through a number that is added', (net, a) => net.conv(net.op('add', [a], { scalar: 1 }), 4, 'b')],
    ['through a spatial softmax', (net, a) => net.conv(net.op('softmax', [a], { axis: -1 }), 4, 'b')],
    [
      'through pooling and padding',
      (net, a) => {
        const padded = net.op('zeroPad2d', [a], { padding: [1, 1, 1, 1] });
        return net.conv(net.op('avgPool2d', [padded], { kernel: 2, stride: 2, padding: 0 }), 4, 'b');
      },
    ],
    [
      'under a mask that is the same for all of them',
      (net, a) => net.conv(net.op('mul', [a, net.input([N, 1, 8, 8])]), 4, 'b'),
    ],
    [
      'under a scale each from a layer',
      (net, a) => net.conv(net.op('mul', [a, net.project(net.pool(a, true), 8, 'scale')]), 4, 'b'),
    ],
    [
      'through a permutation and layer norm',
      (net, a) => {
        const last = net.op('permute', [a], { order: [0, 2, 3, 1] });
        const normed = net.op(
          'layerNorm',
          [last],
          { features: 8, shape: [8], eps: 1e-5, affine: true },
          'ln',
        );
        return net.linear(normed, 4, 'b');
      },
    ],
    [
      'as tokens, put side by side',
      (net, a) => {
        const tokens = net.op('permute', [net.op('flatten', [a], { start: 2, end: 3 })], {
          order: [0, 2, 1],
        });
        return net.linear(net.op('concat', [tokens, tokens], { axis: 1 }), 4, 'b');
      },
    ],
    [
      'through x.view(x.size(0), -1)',
      (net, a) => net.linear(net.op('reshape', [a], { shape: [{ batch: 1 }, -1] }), 4, 'b'),
    ],
  ])('%s', (_, build) => {
    expect(
      reasonFor((net, a) => net.linear(net.op('flatten', [build(net, a)], { start: 1, end: -1 }), 2, 'z')),
    ).toBe('');
  });
});

describe('a group', () => {
  it('keeps its name when layers elsewhere change', () => {
    const names = (extra: boolean) => {
      const net = new Net();
      let x = net.conv(net.image(), 8, 'stem');
      if (extra) x = net.conv(x, 8, 'extra');
      const block = net.add(net.conv(x, 8, 'block.conv'), x);
      return findGroups(net.finish(net.conv(block, 2, 'head'))).map(({ id }) => id);
    };
    expect(names(false)).toEqual(['input', 'stem', 'head']);
    expect(names(true)).toEqual(['input', 'stem', 'extra', 'head']);
  });

  it('of a part of a layer has a name of its own', () => {
    const net = new Net();
    const x = net.image();
    const wide = net.conv(x, 10, 'wide');
    const sum = net.add(wide, net.concat(net.conv(x, 4, 'b'), net.conv(x, 6, 'c')));
    const groups = findGroups(net.finish(net.conv(sum, 2, 'head')));
    expect(groups.filter(({ prunable }) => prunable.ok).map(({ id, channels }) => [id, channels])).toEqual([
      ['wide', 4],
      ['wide#2', 6],
    ]);
  });

  it('of a grouped convolution removes the same channel of every group', () => {
    const net = new Net();
    const x = net.conv(net.image(), 12, 'a');
    const graph = net.finish(net.conv(net.conv(x, 8, 'b', { groups: 4 }), 2, 'c'));
    const [, a, b] = findGroups(graph);
    expect([a!.channels, b!.channels]).toEqual([3, 2]);
    expect(a!.members.find(({ role }) => role === 'out')!.runs.map(({ start }) => start)).toEqual([
      0, 3, 6, 9,
    ]);
    expect(a!.members.find(({ role }) => role === 'in')!.runs.map(({ start }) => start)).toEqual([0]);
    expect(b!.members.find(({ role }) => role === 'out')!.runs.map(({ start }) => start)).toEqual([
      0, 2, 4, 6,
    ]);
  });

  it('of a depthwise convolution with a multiplier takes all filters of a channel', () => {
    const net = new Net();
    const x = net.conv(net.image(), 4, 'a');
    const graph = net.finish(net.conv(net.conv(x, 12, 'deep', { groups: 4 }), 2, 'c'));
    const member = findGroups(graph)[1]!.members.find(({ param }) => param === 'deep.weight')!;
    expect(member).toMatchObject({ role: 'channel', runs: [{ count: 4, start: 0, stride: 3, width: 3 }] });
  });
});
