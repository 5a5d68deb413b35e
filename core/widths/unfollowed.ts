// Layers whose width changes and that no literal led to: computed by code, or written where nobody may change it.
import type { ModelGraph } from '../graph/model-graph';
import type { WrittenNumber } from '../graph/written';
import type { Hindrance } from './plan';

/** Keras finds out what comes in; what goes out is said by whoever builds the layer, in any framework. */
const said = { pytorch: /^(?:in|out)[A-Z\d]|^features$|^out$/, keras: /^out[A-Z]/ } as const;

/** Why an edited source is not the smaller model, where that is the reason: one line a layer. */
export function unfollowed(
  dense: ModelGraph,
  sparse: ModelGraph,
  written: readonly WrittenNumber[],
): Hindrance[] {
  const attrs = said[dense.framework === 'keras' ? 'keras' : 'pytorch'];
  const followed = new Set(written.map(({ of }) => ('attr' in of ? `${of.node} ${of.attr}` : '')));
  const found = new Map<string, Hindrance>();
  dense.nodes.forEach((node, i) => {
    const [source] = node.source;
    const now = sparse.nodes[i]?.attrs ?? {};
    const key = Object.keys(node.attrs).find(
      (attr) => attrs.test(attr) && now[attr] !== node.attrs[attr] && !followed.has(`${node.id} ${attr}`),
    );
    if (key === undefined) return;
    const change = [node.attrs, now].map((of) => JSON.stringify(of[key])).join(' → ');
    const text = `${node.path} (${change}) gets its width from what is computed, or from a file that is not yours`;
    found.set(node.path, { text, ...(source ? { source } : {}) });
  });
  return [...found.values()];
}
