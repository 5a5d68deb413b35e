// The traced tier with frontends that misbehave as no real one should: throwing, ignoring cancellation, answering late.
import { PassThrough } from 'node:stream';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { createConnection } from 'vscode-languageserver/node';
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { DocumentStatus } from '../../../core/protocol/language-server';
import { Models } from '../../../language-server/documents/models';
import { DocumentStore } from '../../../language-server/documents/store';
import type { Frontend, TraceRequest, TraceResult } from '../../../language-server/frontends/frontend';
import { Grammars } from '../../../language-server/syntactic/grammar';

const uri = 'file:///espalier/net.py';
const grammars = new Grammars(path.resolve(import.meta.dirname, '../../../dist'));
let end = () => {};
afterEach(() => end());

/** A linear layer of a width; named so that results can be told apart. */
function linear(outFeatures: number): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([{ batch: 1 }, 4]);
  const [y] = builder.add('linear', [x], { inFeatures: 4, outFeatures, bias: false }, { path: 'head' });
  return builder.finish(`net${outFeatures}`, [y!]);
}

const result = (graph: ModelGraph): TraceResult => ({ models: [{ graph, notes: [] }], diagnostics: [] });

function serve(trace: Frontend['trace']) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(toServer, toClient);
  const documents = new DocumentStore(connection);
  const frontend: Frontend = { id: 'test', handles: () => true, trace, dispose: () => Promise.resolve() };
  const models = new Models({
    ...{ connection, documents, grammars },
    frontends: () => [frontend],
    refusal: () => undefined,
    placeOf: () => ({}),
  });
  const statuses: Omit<DocumentStatus, 'uri'>[] = [];
  models.onChange((_, state) => state && statuses.push(state.status));
  connection.listen();
  const client = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  client.listen();
  end = () => {
    models.dispose();
    client.dispose();
    connection.dispose();
  };
  const textDocument = { uri, version: 1, languageId: 'python', text: 'import torch\n' };
  const opened = client.sendNotification('textDocument/didOpen', { textDocument });
  const change = (version: number, text: string) =>
    client.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  return { models, statuses, change, opened };
}

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (const stop = Date.now() + 15_000; Date.now() < stop;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited in vain');
}

it('a frontend that throws is one status line', async () => {
  const { statuses } = serve(() => {
    throw new Error('broken inside\nwith a stack');
  });
  const failed = await until(() => statuses.find(({ state }) => state === 'failed'));
  expect(failed.detail).toBe('the test frontend failed: broken inside');
});

it('a frontend that fails later leaves the last good result, marked stale', async () => {
  const texts: string[] = [];
  const { models, statuses, change } = serve(({ text }: TraceRequest) => {
    texts.push(text);
    return texts.length === 1 ? Promise.resolve(result(linear(3))) : Promise.reject(new Error('gone'));
  });
  await until(() => statuses.find(({ state }) => state === 'exact'));
  await change(2, 'import torch\nx = 1\n');
  await until(() => statuses.find(({ state }) => state === 'stale'));
  const state = models.get(uri)!;
  expect(state.models.map((model) => [model.report.graph.name, state.isStale(model)])).toEqual([
    ['net3', true],
  ]);
  expect(texts).toEqual(['import torch\n', 'import torch\nx = 1\n']);
});

it('an answer that comes after a newer one is not taken', async () => {
  const answers: ((answer: TraceResult) => void)[] = [];
  // Deaf to cancellation on purpose.
  const { models, change } = serve(() => new Promise((resolve) => answers.push(resolve)));
  await until(() => answers.length === 1);
  await change(2, 'import torch\n#\n');
  await until(() => answers.length === 2);
  answers[1]!(result(linear(2)));
  await until(() => models.get(uri)?.models.length === 1);
  answers[0]!(result(linear(1)));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(models.get(uri)!.models.map(({ report }) => report.graph.name)).toEqual(['net2']);
});

it('a graph that analysis cannot bear is a problem, and the other model is shown', async () => {
  const broken: ModelGraph = { ...linear(5), values: {} };
  const { models } = serve(() =>
    Promise.resolve({
      models: [
        { graph: broken, notes: [] },
        { graph: linear(6), notes: [] },
      ],
      diagnostics: [],
    }),
  );
  await until(() => models.get(uri)?.models.length === 1);
  const state = models.get(uri)!;
  expect(state.models.map(({ report }) => report.graph.name)).toEqual(['net6']);
  expect(state.remarks.map(({ message }) => message).join()).toMatch(
    /^net5 was read but cannot be analysed: /,
  );
});
