// Costs by widths against surgery: the same to the last MAC and FLOP, for any widths, on real and on random graphs.
import { describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { shrink } from '../../../core/graph/surgery';
import { widthCost } from '../../../core/graph/width-cost';
import { Random } from './support/random';
import { randomGraph } from './support/random-graph';
import { densenet121, mobilenetV2, resnet18 } from './support/zoo';

/** How often they were compared. */
function compare(graph: ModelGraph, random: Random, times: number): number {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);
  const cost = widthCost(graph);
  const costOf = (of: ModelGraph) => {
    const { macs, flops } = graphCost(of);
    return { macs, flops };
  };
  expect(cost(new Map())).toEqual(costOf(graph));
  for (let i = 0; i < times && groups.length > 0; i++) {
    const widths = new Map(groups.map(({ id, channels }) => [id, 1 + random.below(channels)]));
    const kept = new Map([...widths].map(([id, width]) => [id, Uint32Array.from(Array(width).keys())]));
    expect(cost(widths)).toEqual(costOf(shrink(graph, kept).graph));
  }
  return groups.length > 0 ? times : 0;
}

describe('costs by widths', () => {
  it.each([
    ['ResNet-18', resnet18],
    ['MobileNetV2', mobilenetV2],
    ['DenseNet-121', densenet121],
  ] as const)('are those of the cut %s', (_, build) => {
    expect(compare(build(), new Random(1), 3)).toBe(3);
  });

  it('are those of random graphs, with reshapes, shuffles, heads and shared layers', () => {
    let compared = 0;
    for (let seed = 0; seed < 60; seed++)
      for (const framework of ['pytorch', 'keras'] as const)
        compared += compare(randomGraph(framework, new Random(seed)), new Random(seed + 1000), 2);
    expect(compared).toBeGreaterThan(100);
  });
});
