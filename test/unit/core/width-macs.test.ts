// MACs by widths against surgery: the same to the last one, for any widths, on real and on random graphs.
import { describe, expect, it } from 'vitest';
import { graphCost } from '../../../core/graph/cost';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { shrink } from '../../../core/graph/surgery';
import { widthMacs } from '../../../core/graph/width-macs';
import { Random } from './support/random';
import { randomGraph } from './support/random-graph';
import { densenet121, mobilenetV2, resnet18 } from './support/zoo';

/** How often they were compared. */
function compare(graph: ModelGraph, random: Random, times: number): number {
  const groups = findGroups(graph).filter(({ prunable }) => prunable.ok);
  const macs = widthMacs(graph);
  const dense = graphCost(graph).macs;
  expect(macs.all(new Map())).toBe(dense);
  for (let i = 0; i < times && groups.length > 0; i++) {
    const widths = new Map(groups.map(({ id, channels }) => [id, 1 + random.below(channels)]));
    const kept = new Map([...widths].map(([id, width]) => [id, Uint32Array.from(Array(width).keys())]));
    expect(macs.all(widths)).toBe(graphCost(shrink(graph, kept).graph).macs);
    // What one group's widths change lies all around it.
    const [id] = random.pick([...widths]);
    const one = new Map([...widths, [id, 1]]);
    expect(macs.around(id, widths) - macs.around(id, one)).toBe(macs.all(widths) - macs.all(one));
  }
  return groups.length > 0 ? times : 0;
}

describe('MACs by widths', () => {
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
