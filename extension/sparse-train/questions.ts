// The questions of "Sparse Train": model, method, pattern, amount, data, weights. All by keyboard, with a way back.
import path from 'node:path';
import { FileType, QuickPickItemKind, type Uri, window, workspace } from 'vscode';
import { modelLine } from '../../core/analysis/format';
import type { ModelAnalysis } from '../../core/protocol/language-server';
import { dataKinds } from '../../core/recipe/data-kinds';
import type { MethodSpec } from '../../core/recipe/methods/method-spec';
import { methods } from '../../core/recipe/methods/table';
import { pick, type PickItem } from '../input/pick';
import { next, type Step, type StepAnswer, type StepPosition } from '../input/steps';
import { type Amount, onlyAmount } from './amount';
import { askAmount, askPattern, asksPattern } from './ask-amount';
import { askColumn } from './ask-column';
import type { StartAnswer } from './ask-start';
import type { DataChoice, LastChoices } from './choices';
import { builtInData } from './built-in';
import { dataEndings, type Recognised, recogniseFile, recogniseFolder } from './data-place';
import { title } from './title';

export interface Draft {
  readonly model?: ModelAnalysis;
  readonly method?: MethodSpec;
  /** Of methods that leave it open. */
  readonly pattern?: string;
  readonly amount?: Amount;
  readonly data?: DataChoice;
  /** Absolute path of weights to start from; empty where training starts fresh. */
  readonly weights?: string;
  readonly start?: StartAnswer;
}

/** @param weights files beside the model that it could start from. @param askStart the last question, once all else is known. */
export const questions = (
  models: readonly ModelAnalysis[],
  last: LastChoices,
  weights: readonly string[],
  askStart: Step<Draft>['ask'],
): Step<Draft>[] => [
  { skip: () => models.length === 1, ask: (draft, at) => askModel(models, draft, at) },
  { ask: (draft, at) => askMethod(draft, at, last) },
  { skip: ({ method }) => !method || !asksPattern(method), ask: (draft, at) => askPattern(draft, at, last) },
  {
    // One possible value is no question.
    skip: ({ method, pattern }) => method !== undefined && onlyAmount(method, pattern) !== undefined,
    ask: (draft, at) => askAmount(draft, at, last),
  },
  { ask: (draft, at) => askData(draft, at, last) },
  { skip: () => weights.length === 0, ask: (draft, at) => askWeights(weights, draft, at) },
  { ask: askStart },
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

async function askData(draft: Draft, at: StepPosition, last: LastChoices): Promise<StepAnswer<Draft>> {
  const used = last.data?.path === undefined ? undefined : (last.data as Required<DataChoice>);
  const builtIn = builtInData(draft.model!.report.graph).map((kind) => ({
    label: `$(sparkle) Built-in ${kind.replace('-', ' ')}`,
    detail: dataKinds.get(kind)!.doc,
    value: { kind },
  }));
  const recent = used
    ? [{ label: `$(folder) ${path.basename(used.path)}`, detail: used.path, value: used }]
    : [];
  const items: PickItem<DataChoice | 'folder' | 'file'>[] = [
    ...recent,
    ...builtIn,
    {
      label: '$(folder-opened) Folder…',
      detail: 'Images in one folder a class, a detection folder, MNIST or CIFAR files.',
      value: 'folder',
    },
    {
      label: '$(file) File…',
      detail: 'NumPy .npz, a .csv table, .txt for language models, prepared .safetensors.',
      value: 'file',
    },
  ];
  for (;;) {
    const placeholder = 'Train and test on which data?';
    const answer = await pick({ ...at, title, placeholder, items, active: items[0]?.value });
    if (typeof answer !== 'object') return answer;
    const { value } = answer;
    const place = value === 'folder' ? await browseFolder() : value === 'file' ? await browseFile() : value;
    const data = place?.kind === 'csv' && place.label === undefined ? await askColumn(place, at) : place;
    if (data) return next({ ...draft, data });
  }
}

/** Undefined goes back to the list: nobody chose, or the place will not do, which was said. */
async function browseFolder(): Promise<DataChoice | undefined> {
  const dialog = { canSelectFiles: false, canSelectFolders: true, openLabel: 'Train on this folder' };
  const [folder] = (await window.showOpenDialog({ ...dialog, title: 'Folder with data' })) ?? [];
  if (!folder) return undefined;
  const entries = await workspace.fs.readDirectory(folder);
  return chosen(
    folder,
    recogniseFolder(entries.map(([name, type]) => ({ name, isFolder: (type & FileType.Directory) !== 0 }))),
  );
}

async function browseFile(): Promise<DataChoice | undefined> {
  const filters = { Data: [...dataEndings] };
  const [file] =
    (await window.showOpenDialog({ openLabel: 'Train on this file', title: 'File with data', filters })) ??
    [];
  return file ? chosen(file, recogniseFile(path.basename(file.fsPath))) : undefined;
}

function chosen(place: Uri, found: Recognised): DataChoice | undefined {
  if ('kind' in found) return { kind: found.kind, path: place.fsPath };
  void window.showWarningMessage(`${path.basename(place.fsPath)}: ${found.problem}`);
  return undefined;
}

async function askWeights(
  files: readonly string[],
  draft: Draft,
  at: StepPosition,
): Promise<StepAnswer<Draft>> {
  const items: PickItem<string>[] = [
    { label: '$(circle-outline) Fresh', detail: "The framework's own initialisation.", value: '' },
    ...files.map((file) => ({ label: `$(database) ${path.basename(file)}`, detail: file, value: file })),
  ];
  const answer = await pick({
    ...at,
    title,
    placeholder: 'Start from which weights?',
    items,
    active: items[1]?.value,
  });
  return typeof answer === 'object' ? next({ ...draft, weights: answer.value }) : answer;
}
