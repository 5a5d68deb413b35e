// The models of the file that a recipe names: from the editor where it is open, else from the disk.
import path from 'node:path';
import type { ModelReport } from '../../core/analysis/report';
import type { ServerContext } from '../context';
import { readClosed } from './closed-models';
import type { Reading } from './reading';
import { textAt } from './recipe-files';
import type { OpenDocument } from './store';

/** Milliseconds that people wait for completion; the reading goes on, and the next question finds it done. */
const patience = 8000;

/** Undefined while they are not known: the file is missing, fails, or takes too long. Never rejects. */
export async function recipeModels(
  context: ServerContext,
  recipe: OpenDocument,
  value: unknown,
): Promise<readonly ModelReport[] | undefined> {
  const relative = textAt(value, ['model', 'file']);
  if (!relative || recipe.file === undefined) return undefined;
  const file = path.resolve(path.dirname(recipe.file), relative);
  const state = context.models.ofFile(file);
  if (state && state.models.length > 0) return state.models.map(({ report }) => report);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined).unref());
  return (await Promise.race([reading(context, file), late]))?.models;
}

/** A frontend reads a file once at a time: whoever asks meanwhile waits for the same answer. */
const running = new Map<string, Promise<Reading | undefined>>();

function reading(context: ServerContext, file: string): Promise<Reading | undefined> {
  const known = running.get(file);
  if (known) return known;
  const begun = readClosed(context, file, new AbortController().signal)
    .catch(() => undefined)
    .finally(() => running.delete(file));
  running.set(file, begun);
  return begun;
}

/** The one that the recipe means. */
export const namedModel = (
  models: readonly ModelReport[] | undefined,
  value: unknown,
): ModelReport | undefined => {
  const name = textAt(value, ['model', 'name']);
  return models?.find(({ graph }) => graph.name === name);
};
