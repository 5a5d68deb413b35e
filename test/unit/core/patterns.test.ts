// Sparsity patterns: which shapes they fit, which weights they keep, what they cost.
import { describe, expect, it } from 'vitest';
import { density, unpackMask } from '../../../core/sparsity/mask';
import { nm, twoFour } from '../../../core/sparsity/patterns/n-m';
import { patterns } from '../../../core/sparsity/patterns/table';
import { fromMatrixOrder, toMatrixOrder, weightMatrix } from '../../../core/sparsity/weight-matrix';
import { Net } from './support/net';
import { Random } from './support/random';

const channel = patterns.get('channel')!;
const scoresOf = (rows: number, cols: number, seed = 1) => {
  const random = new Random(seed);
  return Float32Array.from({ length: rows * cols }, () => random.next());
};

describe('2:4', () => {
  it('keeps exactly the two largest of every four at its target', () => {
    const scores = scoresOf(6, 20);
    const keep = unpackMask(twoFour.mask(scores, { rows: 6, cols: 20 }, 0.5));
    for (let g = 0; g < 30; g++) {
      const group = [0, 1, 2, 3].map((i) => ({ score: scores[g * 4 + i]!, kept: keep[g * 4 + i] === 1 }));
      const best = [...group].sort((a, b) => b.score - a.score).slice(0, 2);
      expect(
        group
          .filter(({ kept }) => kept)
          .map(({ score }) => score)
          .sort(),
      ).toEqual(best.map(({ score }) => score).sort());
    }
  });

  it.each([1, 0.95, 0.8, 0.61, 0.5])('hits density %d on the way, to the nearest group', (wanted) => {
    const mask = twoFour.mask(scoresOf(16, 64), { rows: 16, cols: 64 }, wanted);
    expect(Math.abs(density(mask) - wanted)).toBeLessThanOrEqual(1 / (16 * 64));
  });

  it('prunes first the groups that lose least', () => {
    const scores = Float32Array.of(9, 9, 9, 9, 1, 8, 1, 8, 3, 3, 8, 8);
    const keep = unpackMask(twoFour.mask(scores, { rows: 1, cols: 12 }, 1 - 2 / 12));
    expect([...keep]).toEqual([1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1]);
  });

  it('only ever prunes more as the density falls', () => {
    const scores = scoresOf(8, 32);
    let before = twoFour.mask(scores, { rows: 8, cols: 32 }, 1);
    for (const wanted of [0.9, 0.75, 0.6, 0.5]) {
      const after = twoFour.mask(scores, { rows: 8, cols: 32 }, wanted);
      after.bits.forEach((byte, i) => expect(byte & ~before.bits[i]!).toBe(0));
      before = after;
    }
  });

  it('breaks ties by position, so that every machine makes the same mask', () => {
    const keep = unpackMask(twoFour.mask(new Float32Array(8).fill(1), { rows: 1, cols: 8 }, 0.75));
    expect([...keep]).toEqual([1, 1, 0, 0, 1, 1, 1, 1]);
  });

  it('keeps two of four even where scores are not numbers', () => {
    const scores = Float32Array.of(NaN, 1, NaN, 2, NaN, NaN, NaN, NaN);
    expect([...unpackMask(twoFour.mask(scores, { rows: 1, cols: 8 }, 0.5))]).toEqual([
      0, 1, 0, 1, 1, 1, 0, 0,
    ]);
    expect(density(twoFour.mask(scores, { rows: 1, cols: 8 }, 0.75))).toBe(0.75);
  });

  it('takes half the values and two bits for each', () => {
    expect(twoFour.bytes({ rows: 64, cols: 64 }, 'float32')).toBe(2048 * 4 + 512);
  });

  it('says with numbers why it does not fit', () => {
    const net = new Net();
    const x = net.image(3);
    net.conv(net.conv(x, 6, 'first'), 6, 'depthwise', { groups: 6 });
    net.linear(net.input([1, 10]), 4, 'head');
    const graph = net.finish(x);
    const reasons = graph.nodes.map((node) => {
      const fit = twoFour.fits(weightMatrix(graph, node)!);
      return fit.ok ? '' : fit.reason;
    });
    expect(reasons).toEqual([
      'its 3 input channels are not divisible by 4',
      'a depthwise convolution reads one channel an output: there is nothing to group',
      'its 10 input features are not divisible by 4',
    ]);
  });
});

describe('the matrix of a transposed convolution', () => {
  const attrs = { inChannels: 8, outChannels: 6, kernel: 2, stride: 2, bias: false };
  const graphOf = (groups: number) => {
    const net = new Net();
    return net.finish(net.op('convTranspose2d', [net.image(8)], { ...attrs, groups }, 'up'));
  };

  it('has a row for each output, and its inputs innermost', () => {
    const graph = graphOf(1);
    const [node] = graph.nodes;
    expect(weightMatrix(graph, node!)).toMatchObject({ rows: 6, cols: 32, reduction: [2, 2, 8] });
    // Stored as in × out × kernel: the element of input 3, output 5, place (1, 0).
    const data = new Float32Array(8 * 6 * 4);
    data[3 * 24 + 5 * 4 + 2] = 1;
    expect(toMatrixOrder(graph, node!, data).indexOf(1)).toBe(5 * 32 + 2 * 8 + 3);
  });

  it('is none where inputs of several groups share a column', () => {
    const graph = graphOf(2);
    expect(weightMatrix(graph, graph.nodes[0]!)).toBeUndefined();
  });
});

describe('N:M', () => {
  it.each([
    [1, 4],
    [4, 8],
    [1, 16],
  ])('%d:%d keeps that many of every group', (n, m) => {
    const pattern = nm(n, m);
    const keep = unpackMask(pattern.mask(scoresOf(5, 32), { rows: 5, cols: 32 }, n / m));
    for (let g = 0; g < keep.length; g += m)
      expect(keep.subarray(g, g + m).reduce((sum, bit) => sum + bit, 0)).toBe(n);
    expect(pattern.sparsity.min).toBe(1 - n / m);
  });

  it('refuses what is no pattern, and a matrix that does not divide', () => {
    expect(() => nm(4, 4)).toThrow('4:4 is no N:M pattern: N must be at least 1 and less than M');
    expect(() => nm(0, 4)).toThrow('0:4');
    expect(() => twoFour.mask(new Float32Array(6), { rows: 1, cols: 6 }, 0.5)).toThrow(
      'a reduction of 6 does not divide into groups of 4',
    );
  });

  it('masks two million weights within seconds', () => {
    const scores = scoresOf(1000, 2_000);
    const start = performance.now();
    expect(density(twoFour.mask(scores, { rows: 1000, cols: 2_000 }, 0.7))).toBeCloseTo(0.7, 5);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('the channel pattern', () => {
  it('keeps whole rows, those with the largest scores, one at least', () => {
    const scores = Float32Array.of(1, 1, 5, 5, 3, 3);
    const rowsAt = (wanted: number) => [...unpackMask(channel.mask(scores, { rows: 3, cols: 2 }, wanted))];
    expect(rowsAt(2 / 3)).toEqual([0, 0, 1, 1, 1, 1]);
    expect(rowsAt(0)).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it('does not fit a layer with one output', () => {
    expect(channel.fits({ rows: 1, cols: 8 })).toEqual({ ok: false, reason: 'has a single output channel' });
  });
});

describe('the weight matrix', () => {
  const layers = (framework: 'pytorch' | 'tfjs') => {
    const net = new Net(framework);
    const x = net.conv(net.image(4), 6, 'plain');
    net.conv(x, 6, 'depthwise', { groups: 6 });
    net.conv(x, 4, 'grouped', { groups: 2 });
    const head = net.linear(net.pool(x), 5, 'head');
    return net.finish(head);
  };

  it('has a row an output and a column an element of the reduction', () => {
    const graph = layers('tfjs');
    const sizes = graph.nodes.flatMap((node) => weightMatrix(graph, node) ?? []);
    expect(sizes).toEqual([
      { rows: 6, cols: 36, reduction: [3, 3, 4] },
      { rows: 6, cols: 9, reduction: [3, 3, 1], groups: 6 },
      { rows: 4, cols: 27, reduction: [3, 3, 3], groups: 2 },
      { rows: 5, cols: 6, reduction: [6] },
    ]);
  });

  it('is the same for every framework, and leads back to its own layout', () => {
    const [torch, tfjs] = [layers('pytorch'), layers('tfjs')];
    torch.nodes.forEach((node, i) => {
      const other = tfjs.nodes[i]!;
      const matrix = weightMatrix(torch, node);
      if (!matrix) return;
      const values = scoresOf(matrix.rows, matrix.cols, i);
      expect(toMatrixOrder(torch, node, fromMatrixOrder(torch, node, values))).toEqual(values);
      const theirs = fromMatrixOrder(tfjs, other, values);
      expect(toMatrixOrder(tfjs, other, theirs)).toEqual(values);
      if (matrix.rows > 1) expect(theirs).not.toEqual(values);
    });
  });

  it('groups along the input channels of one kernel position, as sparse tensor cores do', () => {
    const net = new Net('tfjs');
    const graph = net.finish(net.conv(net.image(2), 3, 'c', { kernel: [1, 2] }));
    // HWIO of 1×2×2×3: element (0, w, i, o) holds o·100 + i·10 + w.
    const hwio = Float32Array.of(0, 100, 200, 10, 110, 210, 1, 101, 201, 11, 111, 211);
    expect([...toMatrixOrder(graph, graph.nodes[0]!, hwio)]).toEqual([
      0, 10, 1, 11, 100, 110, 101, 111, 200, 210, 201, 211,
    ]);
  });

  it('refuses data of another size, with both sizes', () => {
    const net = new Net();
    const graph = net.finish(net.linear(net.input([1, 4]), 2, 'head'));
    expect(() => toMatrixOrder(graph, graph.nodes[0]!, new Float32Array(9))).toThrow(
      'the weight of head has 8 elements, not 9',
    );
  });
});
