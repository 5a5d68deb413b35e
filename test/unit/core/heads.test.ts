// Coupling through transformers: heads, gates, tied tables, tokens, and norms that people write by hand.
import { describe, expect, it } from 'vitest';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { Attrs, ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { shrink } from '../../../core/graph/surgery';
import { Net } from './support/net';

const B = { batch: 1 };
const prunable = (graph: ModelGraph) =>
  findGroups(graph)
    .filter(({ prunable: { ok } }) => ok)
    .map(({ id, channels }) => `${id} ${channels}`);
const reasonOf = (graph: ModelGraph, id: string) => {
  const fit = findGroups(graph).find((group) => group.id === id)!.prunable;
  return fit.ok ? '' : fit.reason;
};
const slice = (net: Net, x: string, axis: number, start: number, length: number) =>
  net.op('slice', [x], { axis, start, length });
const reshape = (net: Net, x: string, ...shape: (number | typeof B)[]) => net.op('reshape', [x], { shape });
const permute = (net: Net, x: string, ...order: number[]) => net.op('permute', [x], { order });
const softmax = (net: Net, x: string) => net.op('softmax', [x], { axis: -1 });
const parameter = (net: Net, name: string, ...shape: number[]) =>
  net.op('parameter', [], { shape, param: name });

/** 5 tokens of 12 features, out of a layer `embed`. */
function tokens(net: Net): string {
  return net.linear(net.input([N, 5, 7]), 12, 'embed');
}

/** `x` into `heads` heads of 4 features: N × heads × 5 × 4. */
function split(net: Net, x: string, heads: number): string {
  return permute(net, reshape(net, x, B, 5, heads, 4), 0, 2, 1, 3);
}

/** softmax(q kᵀ + bias) v, merged and projected. */
function attend(net: Net, q: string, k: string, v: string, change = (scores: string) => scores): string {
  const scores = change(net.op('matmul', [q, permute(net, k, 0, 1, 3, 2)], {}, 'attn'));
  const y = permute(net, net.op('matmul', [softmax(net, scores), v], {}, 'attn'), 0, 2, 1, 3);
  return net.linear(reshape(net, y, B, 5, -1), 12, 'proj');
}

const finish = (net: Net, y: string) => net.finish(net.linear(y, 3, 'head'));

describe('heads', () => {
  it('of one projection for queries, keys and values go as a whole: rows of all three, columns of the next', () => {
    const net = new Net();
    const qkv = reshape(net, net.linear(tokens(net), 36, 'qkv'), B, 5, 3, 3, 4);
    const parts = permute(net, qkv, 2, 0, 3, 1, 4);
    const [q, k, v] = [0, 1, 2].map((i) => reshape(net, slice(net, parts, 0, i, 1), B, 3, 5, 4));
    const graph = finish(net, attend(net, q!, k!, v!));
    expect(prunable(graph)).toEqual(['embed 12', 'qkv 3', 'proj 12']);
    const group = findGroups(graph).find(({ id }) => id === 'qkv')!;
    const runsOf = (name: string, axis: number) =>
      group.members.find((member) => member.param === name && member.axis === axis)!.runs;
    expect(runsOf('qkv.weight', 0)).toEqual(
      [0, 12, 24].map((start) => ({ channel: 0, count: 3, start, stride: 4, width: 4 })),
    );
    expect(runsOf('proj.weight', 1)).toEqual([{ channel: 0, count: 3, start: 0, stride: 4, width: 4 }]);
    const { graph: small } = shrink(graph, new Map([['qkv', Uint32Array.of(0, 2)]]));
    expect(small.nodes.find(({ path }) => path === 'qkv')!.attrs).toMatchObject({ outFeatures: 24 });
    expect(small.nodes.find(({ op }) => op === 'reshape')!.attrs['shape']).toEqual([B, 5, 3, 2, 4]);
  });

  it('of three slices of one projection as well, and slices move to where their heads are', () => {
    const net = new Net();
    const wide = net.linear(tokens(net), 36, 'qkv');
    const [q, k, v] = [0, 12, 24].map((start) => split(net, slice(net, wide, 2, start, 12), 3));
    const graph = finish(net, attend(net, q!, k!, v!));
    expect(prunable(graph)).toEqual(['embed 12', 'qkv 3', 'proj 12']);
    const { graph: small } = shrink(graph, new Map([['qkv', Uint32Array.of(1)]]));
    const slices = small.nodes
      .filter(({ op }) => op === 'slice')
      .map(({ attrs }) => [attrs['start'], attrs['length']]);
    expect(slices).toEqual([
      [0, 4],
      [4, 4],
      [8, 4],
    ]);
  });

  const grouped: readonly (readonly [string, (net: Net, x: string) => string])[] = [
    ['repeated one by one', (net, x) => net.op('repeatInterleave', [x], { axis: 1, count: 3 })],
    [
      'expanded along an axis of their own',
      (net, x) => {
        const apart = reshape(net, x, B, 2, 1, 5, 4);
        return reshape(net, net.op('expand', [apart], { shape: [B, 2, 3, 5, 4] }), B, 6, 5, 4);
      },
    ],
  ];
  it.each(grouped)(
    'of keys and values that are %s take the queries that they serve with them',
    (_, repeat) => {
      const net = new Net();
      const x = tokens(net);
      const q = split(net, net.linear(x, 24, 'q'), 6);
      const [k, v] = ['k', 'v'].map((path) => repeat(net, split(net, net.linear(x, 8, path), 2)));
      const graph = finish(net, attend(net, q, k!, v!));
      expect(prunable(graph)).toEqual(['embed 12', 'q 2', 'proj 12']);
      const { graph: small } = shrink(graph, new Map([['q', Uint32Array.of(1)]]));
      const widths = ['q', 'k', 'v'].map((path) => small.params[`${path}.weight`]!.shape[0]);
      expect(widths).toEqual([12, 4, 4]);
    },
  );

  it('of grouped queries in one op too', () => {
    const net = new Net();
    const x = tokens(net);
    const q = split(net, net.linear(x, 24, 'q'), 6);
    const [k, v] = ['k', 'v'].map((path) => split(net, net.linear(x, 8, path), 2));
    const y = net.op('attention', [q, k!, v!], { causal: true, groups: 3 });
    const merged = reshape(net, permute(net, y, 0, 2, 1, 3), B, 5, -1);
    expect(prunable(finish(net, net.linear(merged, 12, 'proj')))).toEqual(['embed 12', 'q 2', 'proj 12']);
  });

  it('that share one head of keys and values leave it alone', () => {
    const net = new Net();
    const x = tokens(net);
    const q = split(net, net.linear(x, 12, 'q'), 3);
    const [k, v] = ['k', 'v'].map((path) => split(net, net.linear(x, 4, path), 1));
    const graph = finish(net, attend(net, q, k!, v!));
    expect(prunable(graph)).toContain('q 3');
    expect(reasonOf(graph, 'k')).toBe('meets other axes in matmul in attn');
  });

  it('carry their column of a table of relative positions', () => {
    const net = new Net();
    const x = tokens(net);
    const [q, k, v] = ['q', 'k', 'v'].map((path) => split(net, net.linear(x, 12, path), 3));
    const places = net.op('constant', [], { shape: [25], dtype: 'int32', fill: 0 });
    const rows = net.op('index', [parameter(net, 'table', 81, 3), places], { axis: 0, shape: [25, 3] });
    const bias = permute(net, reshape(net, rows, 5, 5, 3), 2, 0, 1);
    const graph = finish(
      net,
      attend(net, q!, k!, v!, (scores) => net.op('add', [scores, bias])),
    );
    expect(prunable(graph)).toEqual(['embed 12', 'q 3', 'proj 12']);
    expect(shrink(graph, new Map([['q', Uint32Array.of(0)]])).graph.params['table']!.shape).toEqual([81, 1]);
  });

  it('turn with rotary positions, whose halves change places', () => {
    const net = new Net();
    const x = tokens(net);
    const turned = (path: string) => {
      const y = split(net, net.linear(x, 12, path), 3);
      const back = net.op('mul', [slice(net, y, 3, 2, 2)], { scalar: -1 });
      const swapped = net.op('concat', [back, slice(net, y, 3, 0, 2)], { axis: 3 });
      const [cos, sin] = [0, 1].map(() => net.op('constant', [], { shape: [5, 4], fill: 0.5 }));
      return net.add(net.op('mul', [y, cos!]), net.op('mul', [swapped, sin!]));
    };
    const v = split(net, net.linear(x, 12, 'v'), 3);
    const graph = finish(net, attend(net, turned('q'), turned('k'), v));
    expect(prunable(graph)).toEqual(['embed 12', 'v 3', 'proj 12']);
  });

  it('go through Einstein sums by their letter', () => {
    const net = new Net();
    const x = tokens(net);
    const [q, k, v] = ['q', 'k', 'v'].map((path) => reshape(net, net.linear(x, 12, path), B, 5, 3, 4));
    const scores = net.op('einsum', [q!, k!], { equation: 'bihd,bjhd->bhij' }, 'attn');
    const y = net.op('einsum', [softmax(net, scores), v!], { equation: 'b h i j, b j h d -> b i h d' });
    const graph = finish(net, net.linear(reshape(net, y, B, 5, -1), 12, 'proj'));
    expect(prunable(graph)).toEqual(['embed 12', 'q 3', 'proj 12']);
  });

  it('that are folded into the batch come back out of it', () => {
    const net = new Net();
    const x = tokens(net);
    const [q, k, v] = ['q', 'k', 'v'].map((path) =>
      reshape(net, split(net, net.linear(x, 12, path), 3), -1, 5, 4),
    );
    const scores = net.op('matmul', [q!, permute(net, k!, 0, 2, 1)]);
    const y = reshape(net, net.op('matmul', [softmax(net, scores), v!]), B, 3, 5, 4);
    const merged = reshape(net, permute(net, y, 0, 2, 1, 3), B, 5, 12);
    expect(prunable(finish(net, net.linear(merged, 12, 'proj')))).toEqual(['embed 12', 'q 3', 'proj 12']);
  });

  it('stay where an op nobody knows reads them, and the rest can go', () => {
    const net = new Net();
    const qkv = net.linear(tokens(net), 36, 'qkv');
    const y = net.builder.addUnknown('flash', [qkv], [[N, 5, 12]], { path: 'attn' })[0]!;
    const graph = finish(net, net.linear(net.linear(y, 20, 'fc1'), 12, 'fc2'));
    expect(prunable(graph)).toEqual(['embed 12', 'fc1 20', 'fc2 12']);
    expect(reasonOf(graph, 'qkv')).toBe('passes through the unknown op flash in attn');
  });
});

describe('the stream', () => {
  it('ties embeddings of words and places, and the output that shares their table', () => {
    const net = new Net();
    const ids = net.builder.input([N, 5], 'int32');
    const x = net.op('embedding', [ids], { count: 50, features: 12 }, 'wte');
    const places = net.op('constant', [], { shape: [5], dtype: 'int32', data: [0, 1, 2, 3, 4] });
    const sum = net.add(x, net.op('embedding', [places], { count: 8, features: 12 }, 'wpe'));
    const attrs: Attrs = { inFeatures: 12, outFeatures: 50, bias: false };
    const y = net.builder.add('linear', [sum], attrs, { path: 'lm_head' }, 'wte')[0]!;
    const graph = net.finish(y);
    expect(graph.nodes.at(-1)!.params).toEqual({ weight: 'wte.weight' });
    expect(prunable(graph)).toEqual(['wte 12']);
    const { graph: small } = shrink(graph, new Map([['wte', Uint32Array.of(3, 4, 5)]]));
    expect(small.params['wte.weight']!.shape).toEqual([50, 3]);
    expect(small.nodes.at(-1)!.attrs).toMatchObject({ inFeatures: 3, outFeatures: 50 });
  });

  it('goes through a class token, learned positions and layer scale', () => {
    const net = new Net();
    const x = tokens(net);
    const token = net.op('expand', [parameter(net, 'cls', 1, 1, 12)], { shape: [B, 1, 12] });
    const all = net.add(net.op('concat', [token, x], { axis: 1 }), parameter(net, 'pos', 1, 6, 12));
    const scaled = net.op('mul', [net.linear(all, 12, 'fc'), parameter(net, 'gamma', 12)]);
    const first = reshape(net, slice(net, net.add(all, scaled), 1, 0, 1), B, 12);
    const graph = finish(net, first);
    expect(prunable(graph)).toEqual(['embed 12']);
    const { graph: small } = shrink(graph, new Map([['embed', Uint32Array.of(1, 2)]]));
    expect(['cls', 'pos', 'gamma'].map((name) => small.params[name]!.shape)).toEqual([
      [1, 1, 2],
      [1, 6, 2],
      [2],
    ]);
  });

  it('goes through an RMS norm that is written by hand, but not through a mean that gates', () => {
    const rms = new Net();
    const x = tokens(rms);
    const square = rms.op('mean', [rms.op('pow', [x], { exponent: 2 })], { axes: [-1], keepDims: true });
    const scale = rms.op('rsqrt', [rms.op('add', [square], { scalar: 1e-6 })]);
    const normal = rms.op('mul', [parameter(rms, 'weight', 12), rms.op('mul', [x, scale])]);
    expect(prunable(finish(rms, normal))).toEqual(['embed 12']);

    const gate = new Net();
    const y = tokens(gate);
    const mean = gate.op('mean', [y], { axes: [-1], keepDims: true }, 'gate');
    const graph = finish(gate, gate.op('mul', [y, gate.op('sigmoid', [mean])]));
    expect(reasonOf(graph, 'embed')).toBe('is reduced over by mean in gate');
  });

  it('passes token mixing, whose hidden width is its own', () => {
    const net = new Net();
    const x = tokens(net);
    const mixed = net.linear(net.linear(permute(net, x, 0, 2, 1), 9, 'grow'), 5, 'shrink');
    const graph = finish(net, net.add(x, permute(net, mixed, 0, 2, 1)));
    expect(prunable(graph)).toEqual(['embed 12', 'grow 9']);
  });
});

describe('halves of one layer', () => {
  it('that gate each other go in pairs', () => {
    const net = new Net();
    const wide = net.linear(tokens(net), 16, 'wide');
    const [a, b] = [0, 8].map((start) => slice(net, wide, 2, start, 8));
    const graph = finish(net, net.op('mul', [net.op('silu', [a!]), b!]));
    expect(prunable(graph)).toEqual(['embed 12', 'wide 8']);
    const [, group] = findGroups(graph).filter(({ prunable: { ok } }) => ok);
    expect(group!.members[0]!.runs.map(({ start }) => start)).toEqual([0, 8]);
  });

  it('that go their own ways are groups of their own', () => {
    const net = new Net();
    const wide = net.linear(tokens(net), 16, 'wide');
    const [a, b] = [
      net.linear(slice(net, wide, 2, 0, 6), 4, 'a'),
      net.linear(slice(net, wide, 2, 6, 10), 4, 'b'),
    ];
    const graph = finish(net, net.op('concat', [a, b], { axis: 2 }));
    expect(prunable(graph)).toEqual(['embed 12', 'wide 6', 'wide#2 10', 'a 4', 'b 4']);
    const { graph: small } = shrink(graph, new Map([['wide', Uint32Array.of(0, 5)]]));
    const slices = small.nodes
      .filter(({ op }) => op === 'slice')
      .map(({ attrs }) => [attrs['start'], attrs['length']]);
    expect(slices).toEqual([
      [0, 2],
      [2, 10],
    ]);
  });
});

describe('weights that are free parameters', () => {
  it('are layers where activations are multiplied by them', () => {
    const net = new Net();
    const x = net.op('matmul', [net.input([N, 5, 7]), parameter(net, 'fc.w1', 7, 16)], {}, 'fc');
    const y = net.op('matmul', [net.op('gelu', [x]), parameter(net, 'proj.w2', 16, 3)], {}, 'proj');
    const graph = net.finish(y);
    expect(prunable(graph)).toEqual(['fc 16']);
    const { graph: small } = shrink(graph, new Map([['fc', Uint32Array.of(2, 3)]]));
    expect([small.params['fc.w1']!.shape, small.params['proj.w2']!.shape]).toEqual([
      [7, 2],
      [2, 3],
    ]);
  });
});
