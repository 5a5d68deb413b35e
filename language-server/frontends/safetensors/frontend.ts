// Reads `.safetensors` files: shapes from the header at once, how sparse the values are when asked, file by file.
import path from 'node:path';
import type { SourceRange } from '../../../core/graph/model-graph';
import type { Frontend, TraceRequest, TraceResult } from '../frontend';
import { storedAxes } from '../tensors/axes';
import { measure, type StoredTensor } from '../tensors/measure';
import { inNaturalOrder, weightsGraph } from '../tensors/weights-graph';
import { isIndex, openShards, reasonOf, type Shard, type Shards } from './shards';

export function createSafetensorsFrontend(): Frontend {
  return {
    id: 'safetensors',
    reads: 'file',
    handles: (file) => /\.safetensors$/i.test(file) || isIndex(file),
    async trace(request, signal) {
      let opened: Shards | undefined;
      try {
        opened = openShards(request.file);
        return await read(request, opened, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        return { models: [], diagnostics: [problem(request, reasonOf(error))] };
      } finally {
        for (const { source } of opened?.shards ?? []) source.close();
      }
    },
    dispose: () => Promise.resolve(),
  };
}

async function read(
  { file, values, progress }: TraceRequest,
  { shards, notes }: Shards,
  signal: AbortSignal,
): Promise<TraceResult> {
  const framework = shards.some(({ metadata }) => metadata['format'] === 'tf') ? 'tfjs' : 'pytorch';
  const tensors = shards.flatMap((shard) => tensorsOf(shard, framework === 'tfjs' ? 'keras' : 'torch'));
  const weights = values
    ? await measure(tensors, { signal, ...(progress ? { progress } : {}) })
    : tensors.map(({ facts }) => facts);
  const sorted = inNaturalOrder(weights);
  const name = path.basename(file).replace(/\.safetensors(\.index\.json)?$/i, '');
  const graph = weightsGraph(name, framework, sorted);
  return { models: [{ graph, weights: sorted, notes, source: firstLine(file) }], diagnostics: [] };
}

const tensorsOf = ({ entries, source, dataStart }: Shard, convention: 'torch' | 'keras'): StoredTensor[] =>
  entries.map(({ name, dtype, shape, start, end }) => ({
    facts: { name, shape, axes: storedAxes(shape, convention), dtype, bytes: end - start },
    type: dtype,
    at: { source, offset: dataStart + start },
  }));

const firstLine = (file: string): SourceRange => ({
  file,
  startLine: 0,
  startColumn: 0,
  endLine: 0,
  endColumn: 0,
});

const problem = ({ file }: TraceRequest, message: string) => ({
  range: firstLine(file),
  severity: 'error' as const,
  code: 'safetensors',
  message,
});
