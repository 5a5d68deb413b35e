// Quick fixes in recipes: a method that applies, a layer or a model that exists.
import { type CodeAction, CodeActionKind, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { readRecipe } from '../documents/recipe';
import { modelProblems } from '../documents/recipe-model-problems';
import { recipeModels } from '../documents/recipe-models';
import { isRecipe } from '../documents/uri';

export const recipeFixes: Feature = (context) => {
  context.actions.add(async ({ textDocument: { uri }, range }) => {
    const document = isRecipe(uri) ? context.documents.get(uri) : undefined;
    if (!document) return [];
    const { text } = document;
    const { version } = text;
    const recipe = readRecipe(text.getText());
    if (!recipe.recipe) return [];
    const models = await recipeModels(context, document, recipe.value);
    // Places of an older text are no places of this one.
    if (!models || text.version !== version) return [];
    return modelProblems(recipe, models).flatMap(({ span, message, code, remedies }): CodeAction[] => {
      const at = { start: text.positionAt(span.start), end: text.positionAt(span.end) };
      if (at.start.line > range.end.line || at.end.line < range.start.line) return [];
      const severity = DiagnosticSeverity.Warning;
      const diagnostic = { range: at, message, code, severity, source: 'espalier' };
      return remedies.map(({ title, edits }, i) => ({
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        isPreferred: i === 0,
        edit: {
          changes: {
            [uri]: edits.map((edit) => ({
              range: { start: text.positionAt(edit.span.start), end: text.positionAt(edit.span.end) },
              newText: edit.newText,
            })),
          },
        },
      }));
    });
  });
};
