// Reads TF.js `model.json` files: the layers and their weights, without running anything.
import path from 'node:path';
import type { Param, SourceRange } from '../../../core/graph/model-graph';
import type { Frontend, TraceRequest, TraceResult } from '../frontend';
import { measure } from '../tensors/measure';
import { weightsGraph } from '../tensors/weights-graph';
import { topologyToGraph } from '../tfjs/to-graph';
import type { Topology } from '../tfjs/topology';
import { openWeights, readManifest } from './manifest';

export function createTfjsJsonFrontend(): Frontend {
  return {
    id: 'tfjs-json',
    handles: (file, text) => /\.json$/i.test(file) && /"modelTopology"\s*:/.test(text),
    async trace(request, signal) {
      try {
        return await read(request, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const reason = (error as Error).message.split('\n')[0]!.slice(0, 300);
        const range = lineWith(request, /"modelTopology"/);
        return {
          models: [],
          diagnostics: [{ range, severity: 'error', code: 'tfjs-json', message: reason }],
        };
      }
    },
    dispose: () => Promise.resolve(),
  };
}

async function read(request: TraceRequest, signal: AbortSignal): Promise<TraceResult> {
  const { file, values, progress } = request;
  const model = parse(request.text);
  if (model['format'] === 'graph-model' || 'node' in object(model['modelTopology']))
    throw new Error(
      'this is a graph model, whose layers were folded for inference: open the layers model it was made from, or its ONNX file',
    );
  const topology = topologyOf(model['modelTopology']);
  const traced = convert(topology, nameOf(file));
  const groups = readManifest(model['weightsManifest'] ?? []);
  const { tensors, sources, notes } = openWeights(file, groups, traced.graph);
  try {
    const weights = values
      ? await measure(tensors, { signal, ...(progress ? { progress } : {}) })
      : tensors.map(({ facts }) => facts);
    // Layers that nobody knows have weights all the same.
    const missing = weights.filter(({ name }) => !Object.hasOwn(traced.graph.params, name));
    const params: Record<string, Param> = {
      ...traced.graph.params,
      ...weightsGraph('', 'tfjs', missing).params,
    };
    const graph = { ...traced.graph, params };
    const source = lineWith(request, /"modelTopology"/);
    return { models: [{ graph, weights, notes: [...traced.notes, ...notes], source }], diagnostics: [] };
  } finally {
    for (const source of sources) source.close();
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return object(JSON.parse(text));
  } catch {
    throw new Error('the file is not JSON');
  }
}

/** Keras' own files wrap the model's configuration; TF.js' do not. */
function topologyOf(raw: unknown): Topology {
  const outer = object(raw);
  const inner = object(outer['model_config'] ?? raw);
  const config = object(inner['config']);
  const layers: unknown = Array.isArray(inner['config']) ? inner['config'] : config['layers'];
  if (typeof inner['class_name'] !== 'string' || !Array.isArray(layers) || layers.length === 0)
    throw new Error('modelTopology has no layers');
  if (layers.length > 10_000) throw new Error('modelTopology has more than 10000 layers');
  return inner as unknown as Topology;
}

/** Whoever edits a configuration by hand can leave out anything: what that breaks is one line. */
function convert(topology: Topology, name: string) {
  try {
    return topologyToGraph(topology, name, () => []);
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`modelTopology is incomplete: ${error.message}`);
    throw error;
  }
}

/** `model.json` says nothing; the folder does. */
const nameOf = (file: string): string => {
  const stem = path.basename(file).replace(/\.json$/i, '');
  return stem === 'model' ? path.basename(path.dirname(file)) || stem : stem;
};

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The line of the first match; the first line where there is none. */
function lineWith({ file, text }: TraceRequest, wanted: RegExp): SourceRange {
  const at = Math.max(0, text.search(wanted));
  const line = text.slice(0, at).split('\n').length - 1;
  const startColumn = at - (text.lastIndexOf('\n', at - 1) + 1);
  return {
    file,
    startLine: line,
    startColumn,
    endLine: line,
    endColumn: startColumn + '"modelTopology"'.length,
  };
}
