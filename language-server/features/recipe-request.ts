// Answers `▶ Run recipe`: the recipe as it stands in the editor or on disk, or its first problem.
import { readFile } from 'node:fs/promises';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { LanguageServerRequests, RecipeAnswer } from '../../core/protocol/language-server';
import type { ParamsOf } from '../../core/protocol/typed';
import type { Feature } from '../context';
import { readRecipe } from '../documents/recipe';
import { missingFiles } from '../documents/recipe-files';
import { oneLine } from '../documents/reading';
import { fileOf } from '../documents/uri';

const method = 'espalier/recipe' satisfies keyof LanguageServerRequests;

export const recipeRequest: Feature = ({ connection, documents }) => {
  connection.onRequest(
    method,
    async ({ uri }: ParamsOf<LanguageServerRequests, typeof method>): Promise<RecipeAnswer> => {
      const file = fileOf(uri);
      const text = documents.get(uri)?.text ?? (await fromDisk(uri, file));
      const recipe = readRecipe(text.getText());
      const missing = recipe.recipe && file !== undefined ? await missingFiles(file, recipe) : [];
      const [problem] = [...recipe.problems, ...missing];
      if (recipe.recipe && !problem) return { ok: true, recipe: recipe.recipe };
      const line = problem ? text.positionAt(problem.span.start).line : 0;
      return { ok: false, message: problem?.message ?? 'this is no recipe', line };
    },
  );
};

async function fromDisk(uri: string, file: string | undefined): Promise<TextDocument> {
  if (file === undefined)
    throw new ResponseError(ErrorCodes.InvalidParams, `${uri} is not a file on this machine`);
  try {
    return TextDocument.create(uri, 'yaml', 0, await readFile(file, 'utf8'));
  } catch (error) {
    throw new ResponseError(ErrorCodes.InternalError, `${file} cannot be read: ${oneLine(error)}`);
  }
}
