// The last question of "Sparse Train": what it will take and buy, measured while people look, then start or look first.
import path from 'node:path';
import type { RunPreview, StartRun } from '../../core/protocol/training-host';
import type { Recipe } from '../../core/recipe/recipe';
import { latencyWords, memoryWords, timeWords } from '../../core/runs/preview-words';
import type { App } from '../app';
import { pick, type PickItem } from '../input/pick';
import type { StepPosition } from '../input/steps';
import { reasonOf } from '../log';
import { traceModel } from '../model/models';
import { withDevice } from '../runs/start-run';

export interface StartAnswer {
  /** `recipe`: the file is written and opened, nothing is trained. */
  readonly then: Then;
  /** Fitted to the graph and the data. */
  readonly recipe: Recipe;
}

type Then = 'start' | 'recipe';
type RunRequest = Pick<StartRun, 'recipe' | 'graph' | 'baseFolder'>;

/**
 * @param file absolute path of the model file.
 * @param draft of the answers so far, with the settings of no particular model.
 */
export async function askStart(
  app: App,
  file: string,
  draft: Recipe,
  title: string,
  at: StepPosition,
): Promise<{ readonly value: StartAnswer } | 'back' | undefined> {
  const stop = new AbortController();
  const fitted = fit(app, file, draft);
  try {
    const foreseen = fitted.then((wanted) => app.trainingHost.ask('runs/preview', wanted, stop.signal));
    const later = foreseen.then(items, (error: unknown) => refusal(reasonOf(error)));
    const answer = await pick<Then>({
      ...at,
      title,
      placeholder: 'Start?',
      items: items(undefined),
      active: 'start',
      later,
    });
    if (typeof answer !== 'object') return answer;
    // Where nothing could be fitted the run is refused for the same reason, or the file shows what is wrong.
    const recipe = await fitted
      .then((wanted) => ({ ...wanted.recipe, device: draft.device }))
      .catch(() => draft);
    return { value: { then: answer.value, recipe } };
  } finally {
    stop.abort();
  }
}

/** What is asked of the host: the device is the one chosen in the settings, which the recipe does not name. */
async function fit(app: App, file: string, draft: Recipe): Promise<RunRequest> {
  const { graph } = await traceModel(app, file, draft.model.name);
  const wanted = { recipe: withDevice(draft), graph, baseFolder: path.dirname(file) };
  return { ...wanted, recipe: await app.trainingHost.ask('recipes/fit', wanted) };
}

function items(preview: RunPreview | undefined): PickItem<Then>[] {
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
const refusal = (reason: string): PickItem<Then>[] => [
  { label: '$(circle-slash) Train', description: reason, value: 'start', refused: reason },
  items(undefined)[1]!,
];
