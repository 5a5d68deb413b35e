// Problems in recipes, as they are typed: wrong fields are errors; files that are not there, and what the model does not
// bear, are warnings.
import path from 'node:path';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { type PlacedProblem, readRecipe, type RecipeText } from '../documents/recipe';
import { missingFiles, textAt } from '../documents/recipe-files';
import { modelProblems } from '../documents/recipe-model-problems';
import { recipeModels } from '../documents/recipe-models';
import type { OpenDocument } from '../documents/store';
import { isRecipe, sameFile } from '../documents/uri';

/** Milliseconds without a key before the model is asked for: reading it may start the sandbox. */
const pause = 500;

export const recipeDiagnostics: Feature = (context) => {
  const { connection, documents, models } = context;
  const timers = new Map<string, NodeJS.Timeout>();
  const isNow = ({ uri }: OpenDocument, version: number) => documents.get(uri)?.text.version === version;

  const check = async (document: OpenDocument) => {
    const { uri, file, text } = document;
    const { version } = text;
    const recipe = readRecipe(text.getText());
    const missing = file === undefined ? [] : await missingFiles(file, recipe);
    // A newer text is being checked already, or nobody looks any more.
    if (!isNow(document, version)) return;
    const at = (severity: DiagnosticSeverity, code: string) => (problem: PlacedProblem) =>
      diagnostic(text, problem, severity, code);
    const found = [
      ...recipe.problems.map(at(DiagnosticSeverity.Error, 'recipe')),
      ...missing.map(at(DiagnosticSeverity.Warning, 'recipe')),
    ];
    await connection.sendDiagnostics({ uri, version, diagnostics: found });
    clearTimeout(timers.get(uri));
    if (found.length > 0) return;
    timers.set(
      uri,
      setTimeout(() => void checkModel(document, recipe, version), pause),
    );
  };

  /** Only of a recipe that is right in itself. */
  const checkModel = async (document: OpenDocument, recipe: RecipeText, version: number) => {
    const { uri, text } = document;
    const known = (await recipeModels(context, document, recipe.value)) ?? [];
    if (!isNow(document, version)) return;
    const problems = modelProblems(recipe, known);
    const diagnostics = problems.map((problem) =>
      diagnostic(text, problem, DiagnosticSeverity.Warning, problem.code),
    );
    await connection.sendDiagnostics({ uri, version, diagnostics });
  };

  const look = (document: OpenDocument) => {
    if (isRecipe(document.uri)) void check(document);
  };
  documents.listen({
    opened: look,
    changed: look,
    closed: ({ uri }) => {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      if (isRecipe(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  });
  models.onChange((_, state) => {
    if (!state || state.running || !state.settled) return;
    for (const document of documents.all()) {
      if (isRecipe(document.uri) && names(document, state.document.file)) look(document);
    }
  });
};

/** Whether a recipe's model lies in a file. */
function names({ file, text }: OpenDocument, modelFile: string): boolean {
  const relative = textAt(readRecipe(text.getText()).value, ['model', 'file']);
  return (
    file !== undefined &&
    relative !== undefined &&
    sameFile(path.resolve(path.dirname(file), relative), modelFile)
  );
}

const diagnostic = (
  text: OpenDocument['text'],
  { span, message }: PlacedProblem,
  severity: DiagnosticSeverity,
  code: string,
): Diagnostic => ({
  range: { start: text.positionAt(span.start), end: text.positionAt(span.end) },
  severity,
  source: 'espalier',
  code,
  message,
});
