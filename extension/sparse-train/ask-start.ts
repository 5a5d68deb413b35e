// The last question of "Sparse Train": what it will take and buy, measured while people look, then start or look first.
import path from 'node:path';
import type { RunPreview } from '../../core/protocol/training-host';
import type { Recipe } from '../../core/recipe/recipe';
import { latencyWords, memoryWords, timeWords } from '../../core/runs/preview-words';
import type { App } from '../app';
import { pick, type PickItem } from '../input/pick';
import type { StepPosition } from '../input/steps';
import { reasonOf } from '../log';
import { traceModel } from '../model/models';
import { withDevice } from '../runs/start-run';

/** `recipe`: the file is written and opened, nothing is trained. */
export type StartAnswer = 'start' | 'recipe';

/** @param file absolute path of the model file. */
export async function askStart(
  app: App,
  file: string,
  recipe: Recipe,
  title: string,
  at: StepPosition,
): Promise<{ readonly value: StartAnswer } | 'back' | undefined> {
  const stop = new AbortController();
  try {
    const later = foreseen(app, file, recipe, stop.signal).then(items, (error: unknown) =>
      refusal(reasonOf(error)),
    );
    return await pick<StartAnswer>({
      ...at,
      title,
      placeholder: 'Start?',
      items: items(undefined),
      active: 'start',
      later,
    });
  } finally {
    stop.abort();
  }
}

async function foreseen(app: App, file: string, recipe: Recipe, signal: AbortSignal): Promise<RunPreview> {
  const { graph } = await traceModel(app, file, recipe.model.name);
  const wanted = { recipe: withDevice(recipe), graph, baseFolder: path.dirname(file) };
  return app.trainingHost.ask('runs/preview', wanted, signal);
}

function items(preview: RunPreview | undefined): PickItem<StartAnswer>[] {
  const facts: readonly [icon: string, label: string, words: string][] = preview
    ? [
        ['clock', 'Time', timeWords(preview)],
        ['chip', 'Memory', memoryWords(preview)],
        ['dashboard', 'Latency', latencyWords(preview)],
      ]
    : [['loading~spin', 'Measuring a few steps…', '']];
  return [
    {
      label: '$(play) Train',
      description: preview ? `on ${preview.device.name} with ${preview.data}` : '',
      value: 'start',
    },
    {
      label: '$(edit) Open the recipe first',
      description: 'every setting in one file; its lens trains it',
      value: 'recipe',
    },
    ...facts.map(([icon, label, words]) => ({
      label: `$(${icon}) ${label}`,
      description: words,
      value: 'start' as const,
      refused: words || 'not known yet',
    })),
  ];
}

/** What is wrong is said here, before a run begins; the recipe can still be looked at. */
const refusal = (reason: string): PickItem<StartAnswer>[] => [
  { label: '$(circle-slash) Train', description: reason, value: 'start', refused: reason },
  items(undefined)[1]!,
];
