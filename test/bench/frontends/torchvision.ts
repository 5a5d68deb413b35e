// torchvision's builders, beside torchvision itself.
import { askPython, evaluate, folderOf } from './ask-python';
import type { Case, Corpus } from './corpus';

interface Task {
  readonly id: string;
  readonly title: string;
  /** Where the builders are, below `torchvision.models`. */
  readonly module: string;
  readonly goals: Corpus['goals'];
  /** Arguments that keep weights from being downloaded or filled. */
  readonly arguments: (builder: string) => string;
  /** What forward takes, one shape or several; absent: it takes no tensor. */
  readonly input?: (builder: string) => readonly (readonly number[])[];
  /** The real framework runs it too, and every layer's output is compared. */
  readonly compared?: boolean;
}

const image = (size: number) => [[1, 3, size, size]];
const nothing = 'weights=None';

const tasks: readonly Task[] = [
  {
    id: 'torchvision-classification',
    title: 'torchvision, classification',
    module: '',
    goals: { count: 1, names: 1, shapes: 1 },
    arguments: (name) => nothing + (/^(googlenet|inception)/.test(name) ? ', init_weights=False' : ''),
    input: (name) => image(name === 'inception_v3' ? 299 : 224),
    compared: true,
  },
  {
    id: 'torchvision-segmentation',
    title: 'torchvision, segmentation',
    module: 'segmentation',
    goals: { count: 1, names: 1, shapes: 1 },
    arguments: () => `${nothing}, weights_backbone=None`,
    input: () => image(224),
    compared: true,
  },
  {
    id: 'torchvision-video',
    title: 'torchvision, video',
    module: 'video',
    goals: { count: 1, names: 1, shapes: 1 },
    arguments: () => nothing,
    input: (name) => [[1, 3, 16, ...(name.startsWith('mvit') || name === 's3d' ? [224, 224] : [112, 112])]],
    compared: true,
  },
  {
    id: 'torchvision-detection',
    title: 'torchvision, detection',
    module: 'detection',
    goals: { count: 1, names: 1 },
    arguments: () => `${nothing}, weights_backbone=None`,
  },
  {
    id: 'torchvision-optical-flow',
    title: 'torchvision, optical flow',
    module: 'optical_flow',
    goals: { count: 1, names: 1 },
    arguments: () => nothing,
    input: () => [...image(128), ...image(128)],
  },
];

const textOf = (task: Task, name: string): string => {
  const shapes = task.input?.(name).map((shape) => `(${shape.join(', ')})`) ?? [];
  const said = shapes.length === 1 ? shapes[0] : `(${shapes.join(', ')})`;
  return [
    `from torchvision.models${task.module && `.${task.module}`} import ${name}`,
    '',
    `# espalier: model model${shapes.length > 0 ? ` input=${said}` : ''}`,
    `model = ${name}(${task.arguments(name)})`,
    '',
  ].join('\n');
};

const caseOf = (task: Task, name: string): Case => {
  const [input] = task.compared ? (task.input?.(name) ?? []) : [];
  return {
    id: name,
    file: `${name}.py`,
    text: textOf(task, name),
    model: 'model',
    ...(input ? { input } : {}),
  };
};

const versions =
  "import torch, torchvision; print(f'torchvision {torchvision.__version__} on torch {torch.__version__}')";
const builders = (module: string) =>
  `import torchvision.models as m; print(" ".join(m.list_models(module=m${module && `.${module}`})))`;

export const torchvisionCorpora: readonly Corpus[] = tasks.map((task): Corpus => ({
  id: task.id,
  title: task.title,
  goals: task.goals,

  async load(environment) {
    const version = await evaluate(environment, versions);
    const [packages, names] = [
      await folderOf(environment, 'torchvision'),
      await evaluate(environment, builders(task.module)),
    ];
    if (!version || !packages || !names)
      return `${environment.python} has no torchvision (Debian: python3-torchvision)`;
    return {
      version,
      cases: names.split(' ').map((name) => caseOf(task, name)),
      packages: [packages],
      facts: (asked) => askPython({ environment, script: 'torch-facts.py', version }, asked),
    };
  },
}));
