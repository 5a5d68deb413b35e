// Writes the widths of a smaller graph into the source of a model: the literals to change, proven by reading the result.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Difference, differences } from '../../core/graph/differences';
import type { ModelGraph, SourceRange } from '../../core/graph/model-graph';
import { type Hindrance, type LiteralEdit, planWidths } from '../../core/widths/plan';
import { unfollowed } from '../../core/widths/unfollowed';
import type { Frontend, TracedModel, TraceRequest, TraceResult } from './frontend';
import { replaceLiterals } from './replace-literals';

export interface WidthsRequest {
  /** The file's present text, with all that it may import. */
  readonly source: TraceRequest;
  readonly model: string;
  /** The model as it was when its channels were removed, and as it is without them. */
  readonly dense: ModelGraph;
  readonly sparse: ModelGraph;
}

export interface WrittenWidths {
  /** All that have to change; empty where not all can. */
  readonly edits: readonly LiteralEdit[];
  /** What is in the way; empty where nothing is. */
  readonly hindrances: readonly Hindrance[];
  /** What else the edits change: other models of the file. */
  readonly notes: readonly string[];
  /** Where the model is declared. */
  readonly declared?: SourceRange;
}

/** Rejects with one line where there is nothing to write, or the source is not the one that was pruned. */
export async function writeWidths(
  frontend: Frontend,
  { source, model: name, dense, sparse }: WidthsRequest,
  signal: AbortSignal,
): Promise<WrittenWidths> {
  const file = path.basename(source.file);
  if (frontend.id !== 'python')
    throw new Error(`${file} is no Python file: widths are written into those alone`);
  if (differences(sparse, dense).length === 0)
    throw new Error(`${name} lost no channels, so its source has the widths already`);
  const before = await frontend.trace({ ...source, aside: true, written: true }, signal);
  const model = modelOf(before, name, file);
  const [same] = differences(model.graph, sparse);
  if (!same) throw new Error(`${file} has these widths already`);
  const [other] = differences(model.graph, dense);
  if (other) throw new Error(`${name} in ${file} is not the model of the run any more: ${other.text}`);

  const { written = [] } = model;
  const { edits, hindrances } = planWidths(dense, sparse, written);
  if (hindrances.length > 0) return refused(hindrances);
  const edited = await editedRequest(source, edits);
  const after = await frontend.trace({ ...edited, aside: true }, signal);
  const result = after.models.find(({ graph }) => graph.name === name);
  const left = result && differences(result.graph, sparse);
  if (left?.length === 0) {
    const notes = othersChanged(before, after, name);
    return { edits, hindrances: [], notes, ...(model.source ? { declared: model.source } : {}) };
  }
  const computed = unfollowed(model.graph, sparse, written);
  if (computed.length > 0) return refused(computed);
  return refused(left?.map((difference) => unwritten(difference, model.graph)) ?? [lost(after, name)]);
}

const refused = (hindrances: readonly Hindrance[]): WrittenWidths => ({ edits: [], hindrances, notes: [] });

function modelOf({ models, diagnostics }: TraceResult, name: string, file: string): TracedModel {
  const model = models.find(({ graph }) => graph.name === name);
  if (model) return model;
  const why = diagnostics.find(({ severity }) => severity !== 'information')?.message;
  throw new Error(`${file} has no model ${name}${why === undefined ? '' : `: ${why}`}`);
}

async function editedRequest(source: TraceRequest, edits: readonly LiteralEdit[]): Promise<TraceRequest> {
  const openFiles = new Map(source.openFiles);
  let { text } = source;
  for (const file of new Set(edits.map((edit) => edit.source.file))) {
    const own = edits.filter((edit) => edit.source.file === file);
    if (file === source.file) text = replaceLiterals(text, own);
    else openFiles.set(file, replaceLiterals(openFiles.get(file) ?? (await readFile(file, 'utf8')), own));
  }
  // An editor that has the file open has its present text, not the one that is tried.
  if (openFiles.has(source.file)) openFiles.set(source.file, text);
  return { ...source, text, openFiles };
}

/** The edited text does not even read: the numbers were used for something else too. */
function lost({ diagnostics }: TraceResult, name: string): Hindrance {
  const found = diagnostics.find(({ severity }) => severity !== 'information');
  if (!found) return { text: `with its numbers changed ${name} can no longer be read` };
  return { text: `with its numbers changed it fails: ${found.message}`, source: found.range };
}

/** The edited text reads and is another model. */
function unwritten({ text, param, node }: Difference, graph: ModelGraph): Hindrance {
  const maker = node ?? graph.nodes.find(({ params }) => Object.values(params).includes(param ?? ''));
  const source: SourceRange | undefined = maker?.source[0];
  return { text: `with its numbers changed ${text}`, ...(source ? { source } : {}) };
}

function othersChanged(before: TraceResult, after: TraceResult, name: string): string[] {
  return before.models.flatMap(({ graph }) => {
    if (graph.name === name) return [];
    const now = after.models.find((other) => other.graph.name === graph.name);
    if (!now) return [`${graph.name} of the same file can no longer be read`];
    return differences(now.graph, graph).length > 0 ? [`${graph.name} of the same file changes too`] : [];
  });
}
