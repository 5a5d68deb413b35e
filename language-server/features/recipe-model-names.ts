// The names that `model.name` can have: what was read from the model file, or else what its text declares.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { modelLine } from '../../core/analysis/format';
import type { ServerContext } from '../context';
import type { OutlineEntry } from '../documents/recipe-outline';
import type { OpenDocument } from '../documents/store';
import { syntacticLimit } from '../documents/syntax';
import { grammarFor } from '../syntactic/grammar';
import { SyntaxTree } from '../syntactic/syntax-tree';
import type { TextFacts } from '../syntactic/facts';

export interface ModelName {
  readonly label: string;
  readonly doc: string;
}

export async function modelNames(
  { models, grammars }: ServerContext,
  recipe: OpenDocument,
  entries: readonly OutlineEntry[],
): Promise<ModelName[]> {
  const relative = entries.find((entry) => entry.path.join('.') === 'model.file')?.value;
  if (!relative || recipe.file === undefined) return [];
  const file = path.resolve(path.dirname(recipe.file), relative);
  const state = models.ofFile(file);
  if (state && state.models.length > 0) {
    return state.models.map(({ report }) => ({ label: report.graph.name, doc: modelLine(report) }));
  }
  const facts = state?.syntax?.facts ?? (await factsOnDisk(file, grammars).catch(() => undefined));
  return facts ? builders(facts) : [];
}

/** Reading the text takes milliseconds; running it would make whoever types wait. */
async function factsOnDisk(
  file: string,
  grammars: ServerContext['grammars'],
): Promise<TextFacts | undefined> {
  const id = grammarFor(file);
  if (!id || (await stat(file)).size > syntacticLimit) return undefined;
  const tree = new SyntaxTree(await grammars.get(id), await readFile(file, 'utf8'));
  try {
    return tree.facts;
  } finally {
    tree.dispose();
  }
}

/** Factories come after the classes they build from, and are what recipes name: last first. */
function builders({ declarations }: TextFacts): ModelName[] {
  return declarations
    .filter(({ kind }) => kind !== 'variable')
    .map(({ name, kind, line }) => ({ label: name, doc: `${kind} on line ${line + 1}` }))
    .reverse();
}
