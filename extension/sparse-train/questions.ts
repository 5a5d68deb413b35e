// The questions of "Sparse Train": model, method, sparsity, data. All by keyboard, with a way back.
import path from 'node:path';
import { QuickPickItemKind, type Uri, window, workspace } from 'vscode';
import { modelLine } from '../../core/analysis/format';
import type { ModelAnalysis } from '../../core/protocol/language-server';
import type { MethodSpec } from '../../core/recipe/methods/method-spec';
import { methods } from '../../core/recipe/methods/table';
import { askNumber } from '../input/ask-number';
import { pick, type PickItem } from '../input/pick';
import { next, type Step, type StepAnswer, type StepPosition } from '../input/steps';
import type { DataChoice, LastChoices } from './choices';
import { idxProblem } from './idx-folder';

export interface Draft {
  readonly model?: ModelAnalysis;
  readonly method?: MethodSpec;
  readonly sparsity?: number;
  readonly data?: DataChoice;
}

const title = 'Sparse Train';

export const questions = (models: readonly ModelAnalysis[], last: LastChoices): Step<Draft>[] => [
  { skip: () => models.length === 1, ask: (draft, at) => askModel(models, draft, at) },
  { ask: (draft, at) => askMethod(draft, at, last) },
  {
    // One possible value is no question.
    skip: ({ method }) => method !== undefined && method.sparsity.min === method.sparsity.max,
    ask: (draft, at) => askSparsity(draft, at, last),
  },
  { ask: (draft, at) => askData(draft, at, last) },
];

async function askModel(
  models: readonly ModelAnalysis[],
  draft: Draft,
  at: StepPosition,
): Promise<StepAnswer<Draft>> {
  const items = models.map((model) => ({
    label: model.name,
    description: modelLine(model.report),
    value: model,
  }));
  const answer = await pick({ ...at, title, placeholder: 'Which model?', items });
  return typeof answer === 'object' ? next({ ...draft, model: answer.value }) : answer;
}

async function askMethod(draft: Draft, at: StepPosition, last: LastChoices): Promise<StepAnswer<Draft>> {
  const model = draft.model!;
  const items = [...methods.values()].map((method) => methodItem(method, model));
  const [can, cannot] = [items.filter(({ refused }) => !refused), items.filter(({ refused }) => refused)];
  const separator = { label: 'not for this model', kind: QuickPickItemKind.Separator };
  const answer = await pick<MethodSpec>({
    ...at,
    title: `${title}: ${model.name}`,
    placeholder: can.length > 0 ? 'Which method?' : 'No method applies to this model: pick one to read why',
    items: [...can, ...(cannot.length > 0 ? [separator] : []), ...cannot],
    active: methods.get(last.method ?? ''),
  });
  return typeof answer === 'object' ? next({ ...draft, method: answer.value }) : answer;
}

function methodItem(method: MethodSpec, { report }: ModelAnalysis): PickItem<MethodSpec> {
  const fit = method.applies(report);
  // `Mishra et al. 2021`: the row has no room for titles and numbers.
  const item = { description: /^[^(,;]*/.exec(method.source)![0].trim(), value: method };
  return fit.ok
    ? { ...item, label: method.title, detail: method.summary }
    : { ...item, label: `$(circle-slash) ${method.title}`, detail: fit.reason, refused: fit.reason };
}

async function askSparsity(draft: Draft, at: StepPosition, last: LastChoices): Promise<StepAnswer<Draft>> {
  const method = draft.method!;
  const { sparsity: field, id } = method;
  const remembered = last.sparsity[id];
  const usable = remembered !== undefined && remembered >= field.min && remembered <= field.max;
  const answer = await askNumber({
    ...at,
    title: `${title}: ${method.title}`,
    field,
    value: usable ? remembered : field.default,
    name: 'sparsity',
    method: id,
  });
  return typeof answer === 'object' ? next({ ...draft, sparsity: answer.value }) : answer;
}

async function askData(draft: Draft, at: StepPosition, last: LastChoices): Promise<StepAnswer<Draft>> {
  const used = last.data?.kind === 'idx' ? last.data.folder : undefined;
  const items: PickItem<DataChoice | 'browse'>[] = [
    {
      label: '$(symbol-number) Built-in digits',
      detail: 'Digits drawn by Espalier, 28×28 grey. No file needed.',
      value: { kind: 'digits' },
    },
    ...(used === undefined
      ? []
      : [
          {
            label: `$(folder) ${path.basename(used)}`,
            detail: used,
            value: { kind: 'idx', folder: used } as const,
          },
        ]),
    {
      label: '$(folder-opened) Folder with IDX files…',
      detail: "MNIST's format, gzipped or not.",
      value: 'browse',
    },
  ];
  for (;;) {
    const active = used === undefined ? items[0] : items[1];
    const placeholder = 'Train and test on which data?';
    const answer = await pick({ ...at, title, placeholder, items, active: active?.value });
    if (typeof answer !== 'object') return answer;
    const data = answer.value === 'browse' ? await browse() : answer.value;
    if (data) return next({ ...draft, data });
  }
}

/** Undefined goes back to the list: nobody chose, or the folder will not do, which was said. */
async function browse(): Promise<DataChoice | undefined> {
  const dialog = { canSelectFiles: false, canSelectFolders: true, openLabel: 'Train on this folder' };
  const [folder] = (await window.showOpenDialog({ ...dialog, title: 'Folder with IDX files' })) ?? [];
  if (!folder) return undefined;
  const problem = idxProblem(await namesIn(folder));
  if (problem === undefined) return { kind: 'idx', folder: folder.fsPath };
  void window.showWarningMessage(`${path.basename(folder.fsPath)}: ${problem}`);
  return undefined;
}

const namesIn = async (folder: Uri): Promise<string[]> =>
  (await workspace.fs.readDirectory(folder)).map(([name]) => name);
