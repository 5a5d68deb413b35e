// Whether two libraries tie the same channels of the same weights together.
import type { PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph } from '../../../core/graph/model-graph';

/** `conv1.weight 0`: the axis of a weight that loses channels. One set a group. */
export type Ties = readonly string[];

export interface Agreement {
  readonly theirs: number;
  readonly same: number;
  /** Groups of theirs that are cut up, joined, or missing here, with what we have at their first member. */
  readonly different: readonly { readonly theirs: Ties; readonly ours: readonly Ties[] }[];
}

/** The ties of a group through convolutions, linear layers and embeddings: what both libraries name alike. */
export function tiesOf(graph: ModelGraph, { members }: PruneGroup): Ties {
  const named = new Set(
    graph.nodes
      .filter(({ op }) => /^(conv|linear|embedding)/.test(op))
      .map(({ params }) => params['weight'] ?? ''),
  );
  const ties = members.filter(({ param }) => named.has(param)).map(({ param, axis }) => `${param} ${axis}`);
  return [...new Set(ties)].sort();
}

export function compareTies(ours: readonly Ties[], theirs: readonly Ties[]): Agreement {
  const known = new Set(ours.map((ties) => ties.join('\n')));
  const different = theirs.filter((ties) => !known.has([...ties].sort().join('\n')));
  return {
    theirs: theirs.length,
    same: theirs.length - different.length,
    different: different.map((ties) => ({
      theirs: ties,
      ours: ours.filter((own) => own.some((tie) => ties.includes(tie))),
    })),
  };
}
