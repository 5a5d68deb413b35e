// Costs against numbers that were published or computed by hand.
import { describe, expect, it } from 'vitest';
import { graphCost, nodeCost } from '../../../core/graph/cost';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { Net } from './support/net';
import { densenet121, mobilenetV2, resnet18 } from './support/zoo';

const last = (graph: ModelGraph) => nodeCost(graph, graph.nodes.at(-1)!);

describe('the cost of a known network', () => {
  // Parameters and MACs as torchvision documents them (its `GFLOPS` column counts MACs of convolutions and linears).
  it.each([
    ['ResNet-18', resnet18, 11_689_512, 1_814_073_344],
    ['DenseNet-121', densenet121, 7_978_856, 2_834_161_664],
    ['MobileNetV2', mobilenetV2, 3_504_872, 300_774_272],
  ])('is %s’s', (_, build, params, macs) => {
    const cost = graphCost(build());
    expect(cost.params).toBe(params);
    expect(cost.macs).toBe(macs);
    expect(cost.bytes).toBe(4 * params);
    expect(cost.flops).toBeGreaterThan(2 * macs);
    expect(cost.flops).toBeLessThan(2.1 * macs);
  });

  it('counts running statistics as buffers, not as parameters', () => {
    expect(graphCost(resnet18()).buffers).toBe(2 * 4800);
  });
});

describe('the cost of one op', () => {
  const of = (build: (net: Net) => string) => {
    const net = new Net();
    return last(net.finish(build(net)));
  };

  it('is in/groups × kh × kw MACs an output for a convolution, and its bias one FLOP more', () => {
    expect(of((net) => net.conv(net.image(16, 8), 32, 'c', { bias: true, stride: 2 }))).toEqual({
      macs: 16 * 9 * (32 * 4 * 4),
      flops: 2 * 16 * 9 * (32 * 4 * 4) + 32 * 4 * 4,
      params: 32 * 16 * 9 + 32,
    });
  });

  it('is one input a filter for a depthwise convolution', () => {
    const { macs, params } = of((net) => net.conv(net.image(16, 8), 16, 'd', { groups: 16 }));
    expect([macs, params]).toEqual([9 * 16 * 64, 144]);
  });

  it('of a linear applied to every token counts the tokens', () => {
    const { macs, flops } = of((net) => net.linear(net.input([N, 7, 12]), 5, 'l'));
    expect([macs, flops]).toEqual([7 * 12 * 5, 2 * 7 * 12 * 5 + 7 * 5]);
  });

  it('of a matrix product is the inner length an output', () => {
    const { macs } = of((net) => net.op('matmul', [net.input([N, 4, 6, 8]), net.input([N, 4, 8, 10])]));
    expect(macs).toBe(4 * 6 * 10 * 8);
  });

  it('is nothing for an op that nobody knows', () => {
    const net = new Net();
    const [y] = net.builder.addUnknown('fancy', [net.image()], [[N, 3]], { path: 'x' });
    expect(last(net.finish(y!))).toEqual({ macs: 0, flops: 0, params: 0 });
  });

  it('counts every call of a shared layer but its parameters once', () => {
    const net = new Net();
    const x = net.input([N, 8]);
    const cost = graphCost(net.finish(net.linear(net.linear(x, 8, 'l'), 8, 'l')));
    expect([cost.macs, cost.params]).toEqual([2 * 64, 72]);
  });
});
