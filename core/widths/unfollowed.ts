// Layers whose width changes and that no literal led to: computed by code, or written where nobody may change it.
import type { ModelGraph } from '../graph/model-graph';
import type { WrittenNumber } from '../graph/written';
import type { Hindrance } from './plan';
import { groupBy, named } from './words';

/** Keras finds out what comes in; what goes out is said by whoever builds the layer, in any framework. */
const said = { pytorch: /^(?:in|out)[A-Z\d]|^features$|^out$/, keras: /^out[A-Z]/ } as const;

/** Why an edited source is not the smaller model, where that is the reason: one line for each place that builds layers. */
export function unfollowed(
  dense: ModelGraph,
  sparse: ModelGraph,
  written: readonly WrittenNumber[],
): Hindrance[] {
  const attrs = said[dense.framework === 'keras' ? 'keras' : 'pytorch'];
  const followed = new Set(written.map(({ of }) => ('attr' in of ? `${of.node} ${of.attr}` : '')));
  const lost = dense.nodes.flatMap(({ id, path, attrs: before, source: [source] }, i) => {
    const after = sparse.nodes[i]?.attrs ?? {};
    return Object.entries(before).flatMap(([attr, from]) => {
      const to = after[attr];
      const isWidth = typeof from === 'number' && typeof to === 'number' && attrs.test(attr);
      return isWidth && from !== to && !followed.has(`${id} ${attr}`)
        ? [{ from, to, layer: path || dense.name, source }]
        : [];
    });
  });
  const placeOf = ({ source }: (typeof lost)[number]) => JSON.stringify(source ?? null);
  return [...groupBy(lost, placeOf).values()].map((all) => {
    const text = `the width of ${named(all)} is computed, or written in a file that is not yours`;
    const source = all[0]?.source;
    return { text, ...(source ? { source } : {}) };
  });
}
