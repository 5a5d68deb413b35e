// Keras models of every kind beside what real Keras printed about them: counts, names in order, shapes of layers.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../core/graph/cost';
import type { ModelGraph } from '../../core/graph/model-graph';
import { shapeAt } from '../../core/graph/shape';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'test/golden/keras');

type NamedShape = [name: string, shape: number[]];
interface Facts {
  readonly id: string;
  readonly params: number;
  readonly state: NamedShape[];
  readonly outputs: NamedShape[];
  readonly result: number[] | null;
}

const { cases } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as {
  cases: { id: string; file: string }[];
};
const facts = new Map(
  readFileSync(path.join(folder, 'facts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Facts)
    .map((known) => [known.id, known]),
);

/** Each layer's output shapes, once each: Keras calls some layers again while it puts a model together. */
const distinct = (outputs: readonly NamedShape[]): string[] =>
  [...new Set(outputs.map(([at, shape]) => `${at} ${shape.join('×')}`))].sort();

/** The first output of the node that stands for each call of a layer, by the layer's path. */
function outputsOf(graph: ModelGraph, layers: ReadonlySet<string>): NamedShape[] {
  return graph.nodes
    .filter(({ op, path: at }) => layers.has(at) && op !== 'constant')
    .map(({ path: at, outputs }) => [at, shapeAt(graph.values[outputs[0]!]!.shape)]);
}

describe('a Keras model', () => {
  let frontend: Frontend;
  const traces = new Map<string, Promise<TraceResult>>();
  beforeAll(() => {
    frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 120_000 });
  });
  afterAll(() => frontend.dispose());

  const trace = (name: string): Promise<TraceResult> => {
    const file = path.resolve(folder, name);
    const known =
      traces.get(file) ??
      frontend.trace(
        { file, text: readFileSync(file, 'utf8'), workspaceFolder: path.dirname(file) },
        new AbortController().signal,
      );
    traces.set(file, known);
    return known;
  };

  it.each(cases)('is read as Keras builds it: $id of $file', async ({ id, file }) => {
    const { models, diagnostics } = await trace(file);
    expect(diagnostics).toEqual([]);
    const graph = models.find((model) => model.graph.name === id)!.graph;
    const known = facts.get(id)!;
    expect(Object.values(graph.params).map(({ name, shape }) => [name, shape])).toEqual(known.state);
    expect(graphCost(graph).params).toBe(known.params);
    const layers = new Set(known.outputs.map(([at]) => at));
    expect(distinct(outputsOf(graph, layers))).toEqual(distinct(known.outputs));
    if (known.result) expect(shapeAt(graph.values[graph.outputs[0]!]!.shape)).toEqual(known.result);
  });
});
