// How long and how a recipe trains: fields, and which of them belong together.
import type { Field, NumberField } from './field';
import type { TrainingSpec } from './recipe';

type Rest = Pick<NumberField, 'min' | 'max' | 'default' | 'doc'> & Partial<NumberField>;

const number = (key: string, rest: Rest): NumberField => ({ key, type: 'number', ...rest });

/** May be left out: the default is what then holds. */
const optional = (key: string, rest: Rest): NumberField => ({ ...number(key, rest), optional: true });

export const trainingFields: readonly Field[] = [
  number('epochs', {
    ...{ type: 'integer', min: 1, max: 10_000, default: 6, unit: 'epochs' },
    doc: 'Passes over the training data, all phases of the method together.',
  }),
  number('batch', {
    ...{ type: 'integer', min: 1, max: 65_536, default: 64, unit: 'samples' },
    doc: 'Samples a step.',
  }),
  optional('accumulate', {
    ...{ type: 'integer', min: 1, max: 1024, default: 1, unit: 'parts' },
    doc: 'Parts that a batch is computed in, one after another: the same steps with less memory, but that BatchNorm sees the parts.',
  }),
  {
    key: 'optimizer',
    type: 'choice',
    default: 'adam',
    choices: [
      { value: 'adam', doc: 'Adam, Kingma & Ba 2014 (arXiv 1412.6980).' },
      {
        value: 'adamw',
        doc: 'Adam with decoupled weight decay, Loshchilov & Hutter 2019 (arXiv 1711.05101).',
      },
      { value: 'sgd', doc: 'Stochastic gradient descent with momentum.' },
    ],
    doc: 'What turns gradients into updates; masks are held around it.',
  },
  optional('momentum', {
    ...{ min: 0, max: 0.9999, default: 0.9 },
    doc: 'Of sgd: share of the last update that is carried on.',
  }),
  {
    key: 'nesterov',
    type: 'flag',
    optional: true,
    default: false,
    doc: 'Of sgd: looks ahead along the momentum (Sutskever et al. 2013).',
  },
  optional('weightDecay', {
    ...{ min: 0, max: 1, default: 0, unit: 'per step' },
    doc: 'Pull of weights towards zero; 0.01 for adamw where it is left out. Biases and scales of norms do not decay.',
  }),
  {
    key: 'decayAll',
    type: 'flag',
    optional: true,
    default: false,
    doc: "Biases and scales of norms decay too, as PyTorch's optimizers have it when they are given all parameters.",
  },
  number('learningRate', {
    ...{ min: 1e-7, max: 10, default: 0.002, unit: 'per step' },
    doc: 'Learning rate at its highest.',
  }),
  {
    key: 'schedule',
    type: 'choice',
    optional: true,
    default: 'cosine',
    choices: [
      { value: 'cosine', doc: 'Falls along half a cosine, Loshchilov & Hutter 2017 (arXiv 1608.03983).' },
      { value: 'constant', doc: 'Stays.' },
      { value: 'linear', doc: 'Falls in a line.' },
      { value: 'step', doc: 'Drops every dropEvery epochs to dropTo of what it was.' },
      { value: 'polynomial', doc: 'Falls as (1 − t)^power.' },
    ],
    doc: 'How the learning rate goes on after it has warmed up.',
  },
  optional('warmUp', {
    ...{ type: 'integer', min: 0, max: 1_000_000, default: 50, unit: 'steps' },
    doc: 'Steps over which the learning rate rises; at most a twentieth of the run where it is left out.',
  }),
  optional('floor', {
    ...{ min: 0, max: 1, default: 0.01, unit: 'share of the learning rate' },
    doc: 'What is left of the learning rate at the end of a cosine, linear or polynomial schedule.',
  }),
  optional('dropEvery', {
    ...{ type: 'integer', min: 1, max: 10_000, default: 2, unit: 'epochs' },
    doc: 'Of the step schedule: epochs between two drops.',
  }),
  optional('dropTo', {
    ...{ min: 0, max: 1, default: 0.1, unit: 'share of the learning rate' },
    doc: 'Of the step schedule: what a drop leaves.',
  }),
  optional('power', {
    ...{ min: 0.1, max: 10, default: 1 },
    doc: 'Of the polynomial schedule: its exponent.',
  }),
  optional('clipNorm', {
    ...{ min: 0, max: 1e6, default: 0 },
    doc: 'Bound of the norm of all gradients together; 0 sets none.',
  }),
  optional('clipValue', {
    ...{ min: 0, max: 1e6, default: 0 },
    doc: 'Bound of every entry of the gradients; 0 sets none.',
  }),
  optional('labelSmoothing', {
    ...{ min: 0, max: 0.9, default: 0, unit: 'share of the target' },
    doc: 'Spread over all classes (Szegedy et al. 2016, arXiv 1512.00567).',
  }),
  optional('average', {
    ...{ min: 0, max: 0.99999, default: 0 },
    doc: 'Decay of a moving average of the weights, such as 0.999, which then is what is tested and exported; 0 keeps none.',
  }),
  number('seed', {
    ...{ type: 'integer', min: 0, max: 2_147_483_647, default: 1 },
    doc: 'Makes initialisation and shuffling repeat.',
  }),
  number('checkpointEvery', {
    ...{ type: 'integer', min: 1, max: 1_000_000, default: 100, unit: 'steps' },
    doc: 'Steps between checkpoints; a run that dies resumes from the last one.',
  }),
];

/** Settings that only one choice listens to. */
const belongs: Partial<Record<keyof TrainingSpec, readonly ['optimizer' | 'schedule', readonly string[]]>> = {
  momentum: ['optimizer', ['sgd']],
  nesterov: ['optimizer', ['sgd']],
  floor: ['schedule', ['cosine', 'linear', 'polynomial']],
  dropEvery: ['schedule', ['step']],
  dropTo: ['schedule', ['step']],
  power: ['schedule', ['polynomial']],
};

export interface Clash {
  readonly key: string;
  readonly message: string;
}

/** What is wrong between settings that are each fine alone. */
export function trainingClash(training: TrainingSpec): Clash | undefined {
  for (const [key, [choice, values]] of Object.entries(belongs)) {
    if (training[key as keyof TrainingSpec] === undefined) continue;
    const chosen = training[choice] ?? trainingDefault(choice);
    if (!values.includes(String(chosen)))
      return { key, message: `training.${key} is of ${values.join(', ')}; ${String(chosen)} takes none` };
  }
  if (training.nesterov && training.momentum === 0)
    return {
      key: 'nesterov',
      message: 'training.nesterov looks along the momentum, and training.momentum is 0',
    };
  if ((training.accumulate ?? 1) > training.batch)
    return {
      key: 'accumulate',
      message: `training.accumulate ${training.accumulate} makes more parts than the ${training.batch} samples of a batch`,
    };
  return undefined;
}

/** What holds where a recipe leaves a setting out. */
export const trainingDefault = (key: keyof TrainingSpec): Field['default'] =>
  trainingFields.find((field) => field.key === key)?.default;
