// Grouping takes bounded time and space, whatever the graph, and says what was too much.
import { describe, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { Net } from './support/net';
import { densenet121, mobilenetV2, resnet18 } from './support/zoo';

/** The best of three: what a busy machine adds says nothing about the code. */
const timed = (graph: ModelGraph): [readonly PruneGroup[], number] => {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    // A copy, because groups are remembered by graph.
    findGroups({ ...graph });
    return performance.now() - start;
  });
  return [findGroups(graph), Math.min(...times)];
};
const prunable = (groups: readonly PruneGroup[]) => groups.filter(({ prunable: { ok } }) => ok);

describe('the groups of', () => {
  it('ResNet-18 are its eight inner convolutions and one for each stage of the residual stream', () => {
    const [groups] = timed(resnet18());
    expect(prunable(groups).map(({ id, channels }) => `${id} ${channels}`)).toEqual([
      'conv1 64',
      'layer1.0.conv1 64',
      'layer1.1.conv1 64',
      'layer2.0.conv1 128',
      'layer2.0.conv2 128',
      'layer2.1.conv1 128',
      'layer3.0.conv1 256',
      'layer3.0.conv2 256',
      'layer3.1.conv1 256',
      'layer4.0.conv1 512',
      'layer4.0.conv2 512',
      'layer4.1.conv1 512',
    ]);
  });

  it('DenseNet-121 are all its convolutions, in well under a second', () => {
    const [groups, ms] = timed(densenet121());
    expect(prunable(groups)).toHaveLength(120);
    expect(ms).toBeLessThan(1000);
  });

  it('MobileNetV2 are its expansions and one for each run of residual blocks', () => {
    const [groups] = timed(mobilenetV2());
    // 17 blocks: 16 expand, and 7 widths of the stream are made; the stem and the last convolution stand alone.
    expect(prunable(groups)).toHaveLength(16 + 7 + 2);
  });

  it('a thousand residual layers come in well under a second', () => {
    const net = new Net();
    let x = net.conv(net.image(), 16, 'stem');
    for (let i = 0; i < 500; i++) {
      const one = net.relu(net.norm(net.conv(x, 16, `b${i}.one`), `b${i}.n1`));
      x = net.relu(net.add(net.norm(net.conv(one, 16, `b${i}.two`), `b${i}.n2`), x));
    }
    const [groups, ms] = timed(net.finish(net.conv(x, 4, 'head')));
    expect(prunable(groups)).toHaveLength(501);
    expect(ms).toBeLessThan(1000);
  });
});

describe('a graph that ties channels in too many pieces', () => {
  it('keeps the rest prunable and names the op that doubled them', () => {
    const net = new Net();
    let x = net.conv(net.image(3, 4), 2, 'a');
    for (let i = 0; i < 18; i++) x = net.op('concat', [x, x], { axis: 1 }, `double${i}`);
    const [groups, ms] = timed(net.finish(net.conv(net.conv(x, 4, 'b'), 2, 'c')));
    const reasons = Object.fromEntries(groups.map(({ id, prunable: fit }) => [id, fit.ok || fit.reason]));
    expect(reasons['a']).toBe('splits into more than 4096 pieces in concat in double12');
    expect(reasons['b']).toBe(true);
    expect(ms).toBeLessThan(1000);
  });

  it('does not spell out a large picture that is flattened channels last', () => {
    const net = new Net('tfjs');
    const x = net.conv(net.image(3, 512), 4, 'a');
    const flat = net.op('flatten', [x], { start: 1, end: -1 }, 'flat');
    const [groups, ms] = timed(net.finish(net.linear(flat, 2, 'head')));
    expect(groups.find(({ id }) => id === 'a')!.prunable).toEqual({
      ok: false,
      reason: 'splits into more than 4096 pieces in flatten in flat',
    });
    expect(ms).toBeLessThan(1000);
  });

  it('comes back refused as a whole when every layer does so', () => {
    const net = new Net('tfjs');
    const [a, b] = ['a', 'b'].map((path) => net.flatten(net.conv(net.image(1, 60), 2, path)));
    let x = a!;
    for (let i = 0; i < 1000; i++) x = net.op('add', [x, b!], {}, `add${i}`);
    const [groups, ms] = timed(net.finish(net.linear(x, 2, 'head')));
    expect(groups.map(({ id }) => id)).toEqual(['a', 'b', 'head']);
    expect(groups[0]!.prunable).toMatchObject({
      reason: expect.stringMatching(/^channels tie in more than 3000000 pieces by add in add\d+$/) as string,
    });
    expect(ms).toBeLessThan(3000);
  });

  it('splits to single channels where a concatenation is added to itself, turned around', () => {
    const net = new Net();
    const x = net.image();
    const [a, b] = [net.conv(x, 100, 'a'), net.conv(x, 99, 'b')];
    const turned = net.add(net.concat(a, b), net.concat(b, a));
    const [groups] = timed(net.finish(net.conv(turned, 2, 'head')));
    // gcd(100, 199) = 1: every channel is tied to every other.
    expect(groups[1]).toMatchObject({ channels: 1, prunable: { ok: false } });
    expect(groups[1]!.members.find(({ param }) => param === 'head.weight')!.runs).toHaveLength(199);
  });
});
