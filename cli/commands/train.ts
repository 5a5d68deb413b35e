// `espalier train`: runs a recipe file, or goes on with a run that was stopped.
import path from 'node:path';
import { type Command, type CommandContext, UsageError } from '../command';
import { type LocalHost, withHost } from '../host';
import { pickModel, readModels } from '../models';
import { readRecipeFile } from '../recipes';
import { type EndedRun, outcomeText, progressText, type RecipeRun, runRecipe } from '../run-recipe';
import { previewText } from '../dry-run';
import { StatusLine } from '../status-line';

export const trainCommand: Command = {
  name: 'train',
  usage: 'train <recipe.espalier.yaml> [--dry-run] | --resume <run folder>',
  summary: 'train a model sparse as a recipe says; Ctrl+C stops after a checkpoint',
  options: { resume: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  help: [
    '--dry-run        how long it would take, and how much memory; begins and writes nothing',
    '--resume FOLDER  go on from the last checkpoint of a run',
  ],

  async run(context) {
    const { options, distDir, signal, print } = context;
    if (options['dry-run'] === true) return preview(context);
    const status = new StatusLine();
    const { folder, record } = await withHost(
      distDir,
      signal,
      (method, params) => {
        if (method === 'run/progress') status.show(progressText(params as never));
      },
      (host) => (options['resume'] ? resume(host, String(options['resume'])) : begin(host, context)),
    );
    status.clear();
    print(`${outcomeText(record)}\n${path.relative(process.cwd(), folder) || folder}`);
    if (record.status !== 'finished') process.exitCode = 1;
  },
};

async function begin(host: LocalHost, context: CommandContext): Promise<EndedRun> {
  return runRecipe(host, await wanted(context));
}

async function wanted({ positionals: [file], distDir, signal }: CommandContext): Promise<RecipeRun> {
  if (!file) throw new UsageError('train needs a recipe file');
  const recipe = await readRecipeFile(file);
  const recipeFile = path.resolve(file);
  const baseFolder = path.dirname(recipeFile);
  const modelFile = path.resolve(baseFolder, recipe.model.file);
  const model = pickModel(await readModels(modelFile, distDir, signal), recipe.model.name, recipe.model.file);
  return { recipe, model, baseFolder, recipeFile };
}

async function preview(context: CommandContext): Promise<void> {
  const { distDir, signal, print } = context;
  const { recipe, model, baseFolder } = await wanted(context);
  const listen = () => undefined;
  const seen = await withHost(distDir, signal, listen, (host) =>
    host.ask('runs/preview', { recipe, graph: model.graph, baseFolder }),
  );
  for (const line of previewText(seen)) print(line);
}

async function resume(host: LocalHost, run: string): Promise<EndedRun> {
  const folder = path.resolve(run);
  await host.ask('runs/resume', { folder });
  return { folder, record: await host.ended(folder) };
}
