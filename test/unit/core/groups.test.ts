// Coupled channel groups: what is tied to what, and what may not be touched.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Framework } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';

/** A builder with the layers these tests use, NCHW unless said otherwise. */
function net(framework: Framework = 'pytorch') {
  const builder = new GraphBuilder(framework);
  const size = (id: string) => builder.shapeOf(id);
  const channels = (id: string) =>
    Number(size(id).length === 4 && framework === 'pytorch' ? size(id)[1] : size(id).at(-1));
  const conv = (
    x: string,
    out: number,
    path: string,
    extra: Record<string, number | string | boolean> = {},
  ) =>
    builder.add(
      'conv2d',
      [x],
      {
        inChannels: channels(x),
        outChannels: out,
        kernel: 3,
        stride: 1,
        padding: 1,
        dilation: 1,
        groups: 1,
        bias: false,
        ...extra,
      },
      { path },
    )[0]!;
  const linear = (x: string, out: number, path: string) =>
    builder.add('linear', [x], { inFeatures: channels(x), outFeatures: out, bias: true }, { path })[0]!;
  const bn = (x: string, path: string) =>
    builder.add(
      'batchNorm2d',
      [x],
      { features: channels(x), eps: 1e-5, momentum: 0.1, affine: true },
      { path },
    )[0]!;
  const op = (kind: string, inputs: string[], attrs = {}) =>
    builder.add(kind, inputs, attrs, { path: '' })[0]!;
  return { builder, conv, linear, bn, op };
}

const image = (c = 3, framework: Framework = 'pytorch') =>
  framework === 'pytorch' ? [N, c, 8, 8] : [N, 8, 8, c];

describe('prune groups', () => {
  it('tie a convolution to its batch norm and to the layer that reads it', () => {
    const { builder, conv, bn, linear, op } = net();
    const x = builder.input(image());
    const h = op('mean', [op('relu', [bn(conv(x, 8, 'a'), 'n')])], { axes: [2, 3], keepDims: false });
    const groups = findGroups(builder.finish('m', [linear(h, 10, 'head')]));
    const a = groups.find(({ id }) => id === 'a')!;
    expect(a).toMatchObject({ channels: 8, prunable: { ok: true } });
    expect(a.members.map(({ param, axis, role }) => `${param}:${axis}:${role}`)).toEqual([
      'a.weight:0:out',
      'n.weight:0:channel',
      'n.bias:0:channel',
      'n.running_mean:0:channel',
      'n.running_var:0:channel',
      'head.weight:1:in',
    ]);
    expect(groups.find(({ id }) => id === 'head')!.prunable).toMatchObject({ ok: false });
  });

  it('join both sides of a residual addition, projection included', () => {
    const { builder, conv, op, linear } = net();
    const stem = conv(builder.input(image()), 8, 'stem');
    const block = op('add', [conv(conv(stem, 6, 'one'), 8, 'two'), stem]);
    const next = op('add', [conv(block, 16, 'three'), conv(block, 16, 'project', { kernel: 1, padding: 0 })]);
    const groups = findGroups(
      builder.finish('m', [linear(op('flatten', [next], { start: 1, end: -1 }), 4, 'head')]),
    );
    const byId = Object.fromEntries(groups.map((group) => [group.id, group]));
    expect(byId['stem']!.producers).toHaveLength(2);
    expect(byId['one']!.channels).toBe(6);
    expect(byId['three']!.members.filter(({ role }) => role === 'out').map(({ param }) => param)).toEqual([
      'three.weight',
      'project.weight',
    ]);
  });

  it('map a flattened channel to its run of features, contiguous in NCHW', () => {
    const { builder, conv, linear, op } = net();
    const flat = op('flatten', [conv(builder.input(image()), 4, 'a')], { start: 1, end: -1 });
    const [, group] = findGroups(builder.finish('m', [linear(flat, 2, 'head')]));
    expect(group!.members.at(-1)!.runs).toEqual([{ channel: 0, count: 4, start: 0, stride: 64, width: 64 }]);
  });

  it('map a flattened channel to interleaved features in NHWC', () => {
    const { builder, conv, linear, op } = net('tfjs');
    const flat = op('flatten', [conv(builder.input(image(3, 'tfjs')), 4, 'a')], { start: 1, end: -1 });
    const groups = findGroups(builder.finish('m', [linear(flat, 2, 'head')]));
    const runs = groups.find(({ id }) => id === 'a')!.members.at(-1)!.runs;
    expect(runs).toHaveLength(64);
    expect(runs[1]).toEqual({ channel: 0, count: 4, start: 4, stride: 1, width: 1 });
  });

  it('keep the parts of a concatenation apart, at their offsets', () => {
    const { builder, conv, op } = net();
    const x = builder.input(image());
    const both = op('concat', [conv(x, 4, 'a'), conv(x, 6, 'b')], { axis: 1 });
    const groups = findGroups(builder.finish('m', [conv(conv(both, 5, 'c'), 2, 'd')]));
    const b = groups.find(({ id }) => id === 'b')!;
    expect(b.members.find(({ param }) => param === 'c.weight')!.runs).toEqual([
      { channel: 0, count: 6, start: 4, stride: 1, width: 1 },
    ]);
  });

  it('split where an addition meets a concatenation', () => {
    const { builder, conv, op } = net();
    const x = builder.input(image());
    const both = op('concat', [conv(x, 4, 'a'), conv(x, 6, 'b')], { axis: 1 });
    const sum = op('add', [both, conv(x, 10, 'c')]);
    const groups = findGroups(builder.finish('m', [conv(sum, 2, 'd')]));
    const sizes = groups.filter(({ prunable }) => prunable.ok).map(({ id, channels }) => [id, channels]);
    expect(sizes).toEqual([
      ['a', 4],
      ['b', 6],
    ]);
  });

  it('let a depthwise convolution ride along', () => {
    const { builder, conv } = net();
    const wide = conv(builder.input(image()), 8, 'expand');
    const groups = findGroups(
      builder.finish('m', [conv(conv(wide, 8, 'depthwise', { groups: 8 }), 4, 'project')]),
    );
    expect(groups.find(({ id }) => id === 'expand')!.members.map(({ param }) => param)).toEqual([
      'expand.weight',
      'depthwise.weight',
      'project.weight',
    ]);
  });

  it('tie both uses of a layer that is called twice', () => {
    const { builder, conv } = net();
    const once = conv(conv(builder.input(image()), 8, 'a'), 8, 'shared');
    const groups = findGroups(builder.finish('m', [conv(conv(once, 8, 'shared'), 2, 'b')]));
    expect(groups.filter(({ prunable }) => prunable.ok).map(({ id, channels }) => [id, channels])).toEqual([
      ['a', 8],
    ]);
  });

  it('stop at an op nobody knows, and name it', () => {
    const { builder, conv } = net();
    const a = conv(builder.input(image()), 8, 'a');
    const [odd] = builder.addUnknown('fancy', [a], [[N, 8, 8, 8]], { path: 'neck' });
    const groups = findGroups(builder.finish('m', [conv(conv(odd!, 4, 'b'), 2, 'c')]));
    expect(groups.find(({ id }) => id === 'a')!.prunable).toEqual({
      ok: false,
      reason: 'passes through the unknown op fancy in neck',
    });
    expect(groups.find(({ id }) => id === 'b')!.prunable.ok).toBe(true);
  });

  it('of a thousand layers are found in well under a second', () => {
    const { builder, conv, bn, op } = net();
    let x = conv(builder.input(image()), 32, 'stem');
    for (let i = 0; i < 330; i++) x = op('concat', [x, bn(conv(x, 8, `c${i}`), `n${i}`)], { axis: 1 });
    const graph = builder.finish('dense', [conv(x, 10, 'last')]);
    const start = performance.now();
    const groups = findGroups(graph);
    expect(groups.length).toBeGreaterThan(330);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
