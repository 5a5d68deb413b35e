// What a key of a recipe means: its doc, unit, bounds and default.
import { MarkupKind } from 'vscode-languageserver/node';
import { entryAt, recipeSchema } from '../../core/recipe/schema';
import type { Feature } from '../context';
import { readRecipe } from '../documents/recipe';
import { isRecipe } from '../documents/uri';
import { entryMarkdown } from './recipe-words';

export const recipeHover: Feature = ({ hovers, documents }) => {
  hovers.add(({ textDocument: { uri }, position }) => {
    const document = isRecipe(uri) ? documents.get(uri) : undefined;
    if (!document) return [];
    const recipe = readRecipe(document.text.getText());
    const path = recipe.pathAt(document.text.offsetAt(position));
    const entry = path && entryAt(recipeSchema(recipe.value), path);
    return entry ? [{ contents: { kind: MarkupKind.Markdown, value: entryMarkdown(entry) } }] : [];
  });
};
