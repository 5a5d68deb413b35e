// "Sparse Train": a few questions become a recipe file beside the model, and the recipe runs.
import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import type { App } from '../app';
import { next, runSteps } from '../input/steps';
import { candidates } from '../model/models';
import { saveRecipe } from '../recipe/save-recipe';
import { readRecipe } from '../recipe/read-recipe';
import { startRun } from '../runs/start-run';
import { type Answers, buildRecipe } from '../sparse-train/build-recipe';
import { amountText, onlyAmount } from '../sparse-train/amount';
import { type LastChoices, readChoices } from '../sparse-train/choices';
import { askStart, type StartAnswer } from '../sparse-train/ask-start';
import { type Draft, questions } from '../sparse-train/questions';
import { title } from '../sparse-train/title';
import { requireTrust } from '../trust';
import type { Command } from './command';

const memoryKey = 'espalier.lastChoices';

export const sparseTrain: Command = {
  async run(app, target) {
    requireTrust('Training');
    const answers = await ask(app, target);
    if (!answers) return;
    const { file, start } = answers;
    const recipeFile = await saveRecipe(path.dirname(file), start.recipe);
    if (!recipeFile) return;
    if (start.then === 'recipe') return void (await window.showTextDocument(recipeFile));
    // What runs is what the file says, read as any recipe is.
    await startRun(app, recipeFile, await readRecipe(app, recipeFile));
  },
};

interface Wish extends Answers {
  readonly start: StartAnswer;
}

async function ask(app: App, target: unknown): Promise<Wish | undefined> {
  const { workspaceState } = app.context;
  const last = readChoices(workspaceState.get(memoryKey));
  const models = await candidates(app, target);
  const start: Draft = models.length === 1 ? { model: models[0]! } : {};
  const [first] = models;
  const weights = first ? await weightsBeside(Uri.parse(first.uri, true)) : [];
  const draft = await runSteps(
    start,
    questions(models, last, weights, async (soFar, at) => {
      const answers = answersOf(soFar);
      if (!answers) return undefined;
      const heading = `${title}: ${answers.model}`;
      const answer = await askStart(app, answers.file, buildRecipe(answers), heading, at);
      return typeof answer === 'object' ? next({ ...soFar, start: answer.value }) : answer;
    }),
  );
  const answers = draft && answersOf(draft);
  if (!answers || !draft.start) return undefined;
  const { method, pattern, amount, data } = answers;
  const choices: LastChoices = {
    ...{ method, data },
    amounts: { ...last.amounts, [method]: amountText(amount) },
    patterns: { ...last.patterns, ...(pattern === undefined ? {} : { [method]: pattern }) },
  };
  await workspaceState.update(memoryKey, choices);
  return { ...answers, start: draft.start };
}

/** Undefined where something is still open. */
function answersOf(draft: Draft): Answers | undefined {
  const { model, method, pattern, data, weights } = draft;
  const amount = draft.amount ?? (method && onlyAmount(method, pattern));
  if (!model || !method || !amount || !data) return undefined;
  return {
    file: Uri.parse(model.uri, true).fsPath,
    model: model.name,
    method: method.id,
    ...(pattern === undefined ? {} : { pattern }),
    amount,
    data,
    ...(weights ? { weights } : {}),
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
