// Reads `.onnx` files: the graph, its weights, and how sparse they are already.
import path from 'node:path';
import type { WeightFacts } from '../../../core/analysis/weight-facts';
import type { SourceRange } from '../../../core/graph/model-graph';
import type { Frontend, TraceRequest, TraceResult } from '../frontend';
import { type ByteSource, fileSource } from '../tensors/byte-source';
import { measure, type StoredTensor } from '../tensors/measure';
import { type Converted, convert } from './convert';
import { type OnnxModel, readModel } from '../../../core/formats/onnx/model';

export function createOnnxFrontend(): Frontend {
  return {
    id: 'onnx',
    reads: 'file',
    handles: (file) => /\.onnx$/i.test(file),
    async trace(request, signal) {
      let source: ByteSource | undefined;
      try {
        source = fileSource(request.file);
        return await readOnnx(source, request, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const { code, message } = error as NodeJS.ErrnoException;
        const reason = code === 'ENOENT' ? 'there is no such file' : message.split('\n')[0]!.slice(0, 300);
        const range = firstLine(request.file);
        return { models: [], diagnostics: [{ range, severity: 'error', code: 'onnx', message: reason }] };
      } finally {
        source?.close();
      }
    },
    dispose: () => Promise.resolve(),
  };
}

/** Throws one line where the file is damaged. */
export async function readOnnx(
  source: ByteSource,
  { file, values, progress }: Pick<TraceRequest, 'file' | 'values' | 'progress'>,
  signal: AbortSignal,
): Promise<TraceResult> {
  const model = readModel(source);
  const converted = convert(model, path.basename(file).replace(/\.onnx$/i, ''));
  const tensors = storedTensors(converted, source);
  const weights = values
    ? await measure(tensors, { signal, ...(progress ? { progress } : {}) })
    : tensors.map(({ facts }) => facts);
  const { graph, notes } = converted;
  const external = externalNote(model);
  const all = [...notes, ...(external === undefined ? [] : [external])].slice(0, 20);
  return { models: [{ graph, notes: all, weights, source: firstLine(file) }], diagnostics: [] };
}

/** The parameters of the graph, as the file keeps them. */
const storedTensors = ({ graph, stored }: Converted, source: ByteSource): StoredTensor[] =>
  Object.keys(graph.params).flatMap((name): StoredTensor[] => {
    const found = stored.get(name);
    if (!found) return [];
    const { dims: shape, type, bytes, offset } = found.tensor;
    const facts: WeightFacts = { name, shape, axes: found.axes, dtype: type, bytes };
    return [{ facts, type, ...(offset === undefined ? {} : { at: { source, offset } }) }];
  });

function externalNote({ tensors }: OnnxModel): string | undefined {
  const files = new Set([...tensors.values()].flatMap(({ external }) => external ?? []));
  if (files.size === 0) return undefined;
  return `weights lie in ${[...files].slice(0, 3).join(', ')} beside the file: their shapes are known, their values are not read`;
}

const firstLine = (file: string): SourceRange => ({
  file,
  startLine: 0,
  startColumn: 0,
  endLine: 0,
  endColumn: 0,
});
