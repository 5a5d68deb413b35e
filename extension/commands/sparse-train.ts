// "Sparse Train": four questions become a recipe file beside the model, and the recipe runs.
import path from 'node:path';
import { Uri, workspace } from 'vscode';
import type { App } from '../app';
import { runSteps } from '../input/steps';
import { candidates } from '../model/models';
import { saveRecipe } from '../recipe/save-recipe';
import { readRecipe } from '../recipe/read-recipe';
import { startRun } from '../runs/start-run';
import { type Answers, buildRecipe } from '../sparse-train/build-recipe';
import { readChoices } from '../sparse-train/choices';
import { type Draft, questions } from '../sparse-train/questions';
import { requireTrust } from '../trust';
import type { Command } from './command';

const memoryKey = 'espalier.lastChoices';

export const sparseTrain: Command = {
  async run(app, target) {
    requireTrust('Training');
    const answers = await ask(app, target);
    if (!answers) return;
    const recipeFile = await saveRecipe(path.dirname(answers.file), buildRecipe(answers));
    if (!recipeFile) return;
    // What runs is what the file says, read as any recipe is.
    await startRun(app, recipeFile, await readRecipe(app, recipeFile));
  },
};

async function ask(app: App, target: unknown): Promise<Answers | undefined> {
  const { workspaceState } = app.context;
  const last = readChoices(workspaceState.get(memoryKey));
  const models = await candidates(app, target);
  const start: Draft = models.length === 1 ? { model: models[0]! } : {};
  const [first] = models;
  const weights = first ? await weightsBeside(Uri.parse(first.uri, true)) : [];
  const draft = await runSteps(start, questions(models, last, weights));
  if (!draft?.model || !draft.method || !draft.data) return undefined;
  const { model, method, data } = draft;
  const sparsity = draft.sparsity ?? method.sparsity.default;
  await workspaceState.update(memoryKey, {
    method: method.id,
    sparsity: { ...last.sparsity, [method.id]: sparsity },
    data,
  });
  return {
    file: Uri.parse(model.uri, true).fsPath,
    model: model.name,
    method: method.id,
    sparsity,
    data,
    ...(draft.weights ? { weights: draft.weights } : {}),
  };
}

/** Weights that lie in the model file's folder: absolute paths. */
async function weightsBeside(file: Uri): Promise<string[]> {
  const folder = Uri.joinPath(file, '..');
  const entries = await workspace.fs.readDirectory(folder).then(
    (found) => found,
    () => [],
  );
  return entries
    .map(([name]) => name)
    .filter((name) => name.endsWith('.safetensors'))
    .map((name) => Uri.joinPath(folder, name).fsPath);
}
