// From a recipe to the code: the line that builds a layer, the line that declares the model, the model's file.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location } from 'vscode-languageserver/node';
import type { SourceRange } from '../../core/graph/model-graph';
import { layerPaths } from '../../core/analysis/layer-paths';
import type { Feature } from '../context';
import { rangeNow } from '../documents/places';
import { readRecipe } from '../documents/recipe';
import { textAt } from '../documents/recipe-files';
import { namedModel, recipeModels } from '../documents/recipe-models';
import { isRecipe } from '../documents/uri';

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export const recipeDefinition: Feature = (context) => {
  context.definitions.add(async ({ textDocument: { uri }, position }) => {
    const document = isRecipe(uri) ? context.documents.get(uri) : undefined;
    if (!document?.file) return [];
    const recipe = readRecipe(document.text.getText());
    const offset = document.text.offsetAt(position);
    const layer = recipe.items(['keepDense']).find(({ span }) => offset >= span.start && offset <= span.end);
    const key = recipe.pathAt(offset)?.join('.');
    const relative = textAt(recipe.value, ['model', 'file']);
    if (relative === undefined) return [];
    const file = path.resolve(path.dirname(document.file), relative);
    if (key === 'model.file') return [{ uri: pathToFileURL(file).href, range: top }];
    if (!layer && key !== 'model.name') return [];
    const model = namedModel(await recipeModels(context, document, recipe.value), recipe.value);
    if (!model) return [];
    const sources = layer
      ? (layerPaths(model).find((candidate) => candidate.path === layer.text)?.source ?? [])
      : model.source
        ? [model.source]
        : [];
    return sources.slice(0, 1).flatMap((source) => place(source, file));
  });

  /** Lines of an open file have moved since it was read. */
  function place(source: SourceRange, file: string): Location[] {
    const state = context.models.ofFile(file);
    const known = state?.models.find(({ report }) => report.source !== undefined);
    const now = state && known ? rangeNow(state, known, source) : undefined;
    if (now) return [now];
    const { startLine, startColumn, endLine, endColumn } = source;
    const start = { line: startLine, character: startColumn };
    const range = { start, end: { line: endLine, character: endColumn } };
    return [{ uri: pathToFileURL(source.file).href, range }];
  }
};
