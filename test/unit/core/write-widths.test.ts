// Which literals say which widths: equations between what is written and what a smaller graph has, solved or named.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { differences } from '../../../core/graph/differences';
import type { ModelGraph, SourceRange } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import type { Expression, Literal, WrittenNumber } from '../../../core/graph/written';
import { planWidths } from '../../../core/widths/plan';
import { unfollowed } from '../../../core/widths/unfollowed';

const at = (line: number, column = 0): SourceRange => ({
  ...{ file: '/net.py', startLine: line, startColumn: column },
  ...{ endLine: line, endColumn: column + 2 },
});
const literal = (value: number, line: number, column = 0): Literal => ({
  kind: 'literal',
  source: at(line, column),
  value,
});
const times = (left: Expression, right: Expression): Expression => ({ kind: '*', left, right });

/** A chain of linear layers `l0`, `l1` … through these widths; each is built on a line of its own. */
function chain(widths: readonly number[]): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  let x = builder.input([N, widths[0]!]);
  for (let i = 1; i < widths.length; i++) {
    const attrs = { inFeatures: widths[i - 1]!, outFeatures: widths[i]!, bias: true };
    [x] = builder.add('linear', [x], attrs, { path: `l${i - 1}`, source: [at(100 + i)] }) as [string];
  }
  return builder.finish('Net', [x]);
}
const out = (layer: number, value: Expression): WrittenNumber => ({
  of: { node: `n${layer}`, attr: 'outFeatures' },
  value,
});
const into = (layer: number, value: Expression): WrittenNumber => ({
  of: { node: `n${layer}`, attr: 'inFeatures' },
  value,
});

const plan = (before: number[], after: number[], written: WrittenNumber[]) => {
  const { edits, hindrances } = planWidths(chain(before), chain(after), written);
  return {
    edits: edits.map(({ source, from, to }) => `${source.startLine}:${source.startColumn} ${from} → ${to}`),
    lines: hindrances.map(({ text, source }) => `${source?.startLine}: ${text}`),
  };
};

describe('literals', () => {
  it('that several layers read are changed once, and those that stay are left', () => {
    const width = literal(16, 1);
    const written = [out(0, width), into(1, width), out(1, literal(8, 2)), into(2, literal(8, 3))];
    expect(plan([4, 16, 8, 2], [4, 11, 8, 2], written)).toEqual({ edits: ['1:0 16 → 11'], lines: [] });
  });

  it('that would have to say two things are named with all their layers, and not changed', () => {
    const width = literal(16, 1);
    const written = [out(0, width), into(1, width), out(1, width), into(2, width), out(2, literal(2, 7))];
    expect(plan([4, 16, 16, 2], [4, 11, 16, 2], written)).toEqual({
      edits: [],
      lines: ['1: 16 is one number for l0, l1 (16 → 11); l1, l2 (stays 16)'],
    });
  });

  it('whose account does not add up are no equations', () => {
    expect(plan([4, 16, 2], [4, 11, 2], [out(0, literal(15, 1)), into(1, literal(16, 2))])).toEqual({
      edits: ['2:0 16 → 11'],
      lines: [],
    });
  });
});

describe('products and sums', () => {
  it('change in the factor that is a width, not in one that fits by chance', () => {
    // 16 · 28 · 28 with 16 → 8: half of a 28 would come to the same.
    const product = times(times(literal(16, 2), literal(28, 2, 5)), literal(28, 2, 10));
    const written = [out(0, literal(16, 1)), into(1, product)];
    const dense = chain([4, 16, 16 * 784, 2]);
    const sparse = chain([4, 8, 8 * 784, 2]);
    const flat = (graph: ModelGraph): ModelGraph => ({
      ...graph,
      nodes: graph.nodes.map((node) =>
        node.id === 'n1'
          ? { ...node, attrs: { ...node.attrs, inFeatures: Number(node.attrs['outFeatures']) } }
          : node,
      ),
    });
    const { edits, hindrances } = planWidths(flat(dense), flat(sparse), written);
    expect(hindrances).toEqual([]);
    expect(edits.map(({ source, from, to }) => [source.startLine, source.startColumn, from, to])).toEqual([
      [1, 0, 16, 8],
      [2, 0, 16, 8],
    ]);
  });

  it('follow a factor that is settled elsewhere, also through another product', () => {
    const [width, two, four] = [literal(8, 1), literal(2, 2), literal(4, 3)];
    const written = [out(0, width), out(1, times(width, two)), out(2, times(times(width, two), four))];
    expect(plan([3, 8, 16, 64, 2], [3, 5, 10, 40, 2], written)).toEqual({ edits: ['1:0 8 → 5'], lines: [] });
    // Where they do not, a factor of their own changes with them.
    expect(plan([3, 8, 16, 64, 2], [3, 5, 15, 60, 2], written)).toEqual({
      edits: ['1:0 8 → 5', '2:0 2 → 3'],
      lines: [],
    });
  });

  it('that nothing can make right are named', () => {
    expect(
      plan(
        [3, 8, 16, 2],
        [3, 5, 13, 2],
        [out(0, literal(8, 1)), out(1, times(literal(8, 1), literal(2, 2)))],
      ),
    ).toEqual({
      edits: ['1:0 8 → 5'],
      lines: ['1: l1 (16 → 13) is computed from 8, 2, of which none can make it so'],
    });
    const zero: Expression = { kind: '-', left: literal(8, 1), right: literal(8, 1) };
    expect(plan([3, 8, 2], [3, 5, 2], [out(0, zero)])).toEqual({ edits: [], lines: [] });
  });

  it('may divide and subtract', () => {
    const half: Expression = { kind: '//', left: literal(40, 1), right: { kind: 'plain', value: 2 } };
    expect(plan([3, 20, 2], [3, 14, 2], [out(0, half)]).edits).toEqual(['1:0 40 → 28']);
    const less: Expression = { kind: '-', left: literal(40, 1), right: { kind: 'plain', value: 20 } };
    expect(plan([3, 20, 2], [3, 14, 2], [out(0, less)]).edits).toEqual(['1:0 40 → 34']);
  });
});

describe('a width that no literal leads to', () => {
  it('is named at the line that builds its layer', () => {
    const [dense, sparse] = [chain([4, 16, 8, 2]), chain([4, 11, 6, 2])];
    const found = unfollowed(dense, sparse, [out(0, literal(16, 1)), into(1, literal(16, 1))]);
    expect(found.map(({ text, source }) => `${source?.startLine}: ${text}`)).toEqual([
      '102: the width of l1 (8 → 6) is computed, or written in a file that is not yours',
      '103: the width of l2 (8 → 6) is computed, or written in a file that is not yours',
    ]);
  });
});

describe('two graphs', () => {
  const graph = chain([4, 16, 2]);
  const first = (actual: ModelGraph) => differences(actual, graph)[0]?.text;

  it('are the same wherever their layers stand, and however they start', () => {
    const moved = {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, source: [] })),
      params: Object.fromEntries(
        Object.entries(graph.params).map(([name, param]) => [
          name,
          { ...param, init: { kind: 'constant' as const, value: 0 } },
        ]),
      ),
    };
    expect(differences(JSON.parse(JSON.stringify(moved)) as ModelGraph, graph)).toEqual([]);
  });

  it('differ in parameters, then in what they compute', () => {
    expect(first(chain([4, 15, 2]))).toBe('l0.weight is 15×4, not 16×4');
    expect(first(chain([4, 16]))).toBe('it has no parameter l1.weight');
    expect(first(chain([4, 16, 2, 2]))).toBe('it has a parameter l2.weight too');
    const [one, ...more] = graph.nodes;
    expect(first({ ...graph, nodes: more })).toBe('it has 1 operations, not 2');
    expect(first({ ...graph, nodes: [{ ...one!, attrs: { ...one!.attrs, bias: false } }, ...more] })).toBe(
      'l0: bias of linear is false, not true',
    );
    expect(first({ ...graph, nodes: [{ ...one!, op: 'relu' }, ...more] })).toBe(
      'l0: it computes relu, not linear',
    );
    expect(first({ ...graph, nodes: [{ ...one!, inputs: ['v9'] }, ...more] })).toBe(
      'l0: linear takes something else',
    );
    expect(first({ ...graph, outputs: [] })).toBe('its inputs or outputs are others');
  });
});
