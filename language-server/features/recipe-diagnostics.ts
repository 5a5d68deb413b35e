// Problems in recipes, as they are typed: wrong fields are errors, files that are not there are warnings.
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Feature } from '../context';
import { type PlacedProblem, readRecipe } from '../documents/recipe';
import { missingFiles } from '../documents/recipe-files';
import type { OpenDocument } from '../documents/store';
import { isRecipe } from '../documents/uri';

export const recipeDiagnostics: Feature = ({ connection, documents }) => {
  const check = async ({ uri, file, text }: OpenDocument) => {
    const { version } = text;
    const recipe = readRecipe(text.getText());
    const missing = file === undefined ? [] : await missingFiles(file, recipe);
    // A newer text is being checked already, or nobody looks any more.
    if (documents.get(uri)?.text.version !== version) return;
    const at = (severity: DiagnosticSeverity) => (problem: PlacedProblem) =>
      diagnostic(text, problem, severity);
    await connection.sendDiagnostics({
      uri,
      version,
      diagnostics: [
        ...recipe.problems.map(at(DiagnosticSeverity.Error)),
        ...missing.map(at(DiagnosticSeverity.Warning)),
      ],
    });
  };
  const look = (document: OpenDocument) => {
    if (isRecipe(document.uri)) void check(document);
  };
  documents.listen({
    opened: look,
    changed: look,
    closed: ({ uri }) => {
      if (isRecipe(uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  });
};

const diagnostic = (
  text: OpenDocument['text'],
  { span, message }: PlacedProblem,
  severity: DiagnosticSeverity,
): Diagnostic => ({
  range: { start: text.positionAt(span.start), end: text.positionAt(span.end) },
  severity,
  source: 'espalier',
  code: 'recipe',
  message,
});
