// Completion in recipes: keys that belong here, and values that can stand there.
import {
  type CompletionItem,
  CompletionItemKind,
  CompletionRequest,
  MarkupKind,
  type Range,
} from 'vscode-languageserver/node';
import { layerTable } from '../../core/analysis/format';
import { layerPaths } from '../../core/analysis/layer-paths';
import { entryAt, type Entry, recipeSchema } from '../../core/recipe/schema';
import { weightFamilies } from '../../core/sparsity/patterns/families';
import type { Feature, ServerContext } from '../context';
import { recipeLimit } from '../documents/recipe';
import {
  outline,
  outlineValue,
  placeAt,
  type CursorPlace,
  type OutlineEntry,
} from '../documents/recipe-outline';
import type { OpenDocument } from '../documents/store';
import { namedModel, recipeModels } from '../documents/recipe-models';
import { isRecipe } from '../documents/uri';
import { pathItems } from './recipe-paths';
import { modelNames } from './recipe-model-names';
import { entryDetail, entryMarkdown } from './recipe-words';

export const recipeCompletion: Feature = (context) => {
  const { completions, connection, documents, workspace, provide } = context;
  // Trigger characters only in recipes: a space in Python must not ask anybody.
  const options = { triggerCharacters: [' ', '/', '.', '['], resolveProvider: false };
  workspace.onStart(() => {
    if (!workspace.client.textDocument?.completion?.dynamicRegistration) return;
    const documentSelector = [{ scheme: 'file', pattern: '**/*.espalier.{yaml,yml}' }];
    connection.client
      .register(CompletionRequest.type, { ...options, documentSelector })
      .catch(() => connection.console.warn('completion in recipes could not be registered'));
  });
  provide((client) =>
    client.textDocument?.completion?.dynamicRegistration
      ? {}
      : { completionProvider: { resolveProvider: false } },
  );
  completions.add(async ({ textDocument: { uri }, position }) => {
    const document = isRecipe(uri) ? documents.get(uri) : undefined;
    if (!document) return [];
    const text = document.text.getText();
    if (text.length > recipeLimit) return [];
    const place = placeAt(text, position.line, position.character);
    if (!place) return [];
    const range = { start: { line: position.line, character: place.column }, end: position };
    const entries = outline(text);
    return place.kind === 'key'
      ? keyItems(entries, place, range)
      : valueItems(context, document, entries, place, range);
  });
};

type KeyPlace = Extract<CursorPlace, { kind: 'key' }>;
type ValuePlace = Extract<CursorPlace, { kind: 'value' }>;

/** The keys of this section that are not written yet. */
function keyItems(entries: readonly OutlineEntry[], { parent }: KeyPlace, range: Range): CompletionItem[] {
  const section = entryAt(recipeSchema(outlineValue(entries)), parent);
  if (section?.type !== 'section') return [];
  const written = new Set(
    entries
      .filter(({ line, path }) => line !== range.start.line && path.length === parent.length + 1)
      .filter(({ path }) => parent.every((key, i) => path[i] === key))
      .map(({ path }) => path.at(-1)),
  );
  return section.entries
    .filter(({ key }) => !written.has(key))
    .map((entry, i) => ({
      label: entry.key,
      kind: entry.type === 'section' ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: entryDetail(entry),
      documentation: { kind: MarkupKind.Markdown, value: entryMarkdown(entry) },
      // In the order in which recipes are written.
      sortText: String(i).padStart(2, '0'),
      textEdit: { range, newText: keyText(entry, range.start.character) },
    }));
}

function keyText(entry: Entry, indent: number): string {
  if (entry.type === 'section') return `${entry.key}:\n${' '.repeat(indent + 2)}`;
  if (entry.type === 'list') return `${entry.key}:\n${' '.repeat(indent + 2)}- `;
  return entry.default === undefined ? `${entry.key}: ` : `${entry.key}: ${String(entry.default)}`;
}

async function valueItems(
  context: ServerContext,
  document: OpenDocument,
  entries: readonly OutlineEntry[],
  { path, typed }: ValuePlace,
  range: Range,
): Promise<CompletionItem[]> {
  const name = path.join('.');
  if (name === 'model.name') return (await modelNames(context, document, entries)).map(item(range));
  if (name === 'model.file') return pathItems(document, typed, range, /\.(?:py|[cm]?[jt]s)$/);
  if (name === 'model.weights') return pathItems(document, typed, range, /\.safetensors$/);
  if (name === 'data.folder') return pathItems(document, typed, range);
  if (name === 'keepDense') return layerItems(context, document, entries, range);
  const entry = entryAt(recipeSchema(outlineValue(entries)), path);
  switch (entry?.type) {
    case 'choice':
      return entry.choices.map(({ value, doc }) => item(range)({ label: value, doc }));
    case 'pattern':
      return weightFamilies().map(({ example, doc }) => item(range)({ label: example, doc }));
    case 'number':
    case 'integer':
      return [item(range)({ label: String(entry.default), doc: `${entry.doc} ${entryDetail(entry)}` })];
    case 'flag':
      return ['true', 'false'].map((label) => item(range)({ label, doc: entry.doc }));
    default:
      return [];
  }
}

/** Layers and modules of the recipe's model, in their own order. */
async function layerItems(
  context: ServerContext,
  document: OpenDocument,
  entries: readonly OutlineEntry[],
  range: Range,
): Promise<CompletionItem[]> {
  const value = outlineValue(entries);
  const model = namedModel(await recipeModels(context, document, value), value);
  return (model ? layerPaths(model) : []).map(({ path, detail, layer }, i) => ({
    label: path,
    kind: layer ? CompletionItemKind.Field : CompletionItemKind.Module,
    detail,
    ...(layer ? { documentation: { kind: MarkupKind.Markdown, value: layerTable(layer) } } : {}),
    filterText: path,
    sortText: String(i).padStart(6, '0'),
    textEdit: { range, newText: path },
  }));
}

const item =
  (range: Range) =>
  ({ label, doc }: { readonly label: string; readonly doc: string }): CompletionItem => ({
    label,
    kind: CompletionItemKind.Value,
    documentation: doc,
    textEdit: { range, newText: label },
  });
