// The budget of a recipe: how much may be left, in place of the share that goes.
import { parsePattern } from '../sparsity/patterns/families';
import { show } from './check-field';
import type { ChoiceField, NumberField } from './field';
import type { MethodSpec } from './methods/method-spec';
import type { Section } from './schema';

export const macsField: NumberField = {
  key: 'macs',
  type: 'number',
  min: 0.01,
  max: 0.99,
  default: 0.5,
  optional: true,
  isExample: true,
  unit: "share of the dense model's MACs",
  doc: 'MACs that may be left: as few channels go as bring the exact count of the smaller model there.',
};

export const millisecondsField: NumberField = {
  key: 'milliseconds',
  type: 'number',
  min: 0.001,
  max: 1_000_000,
  default: 3,
  optional: true,
  isExample: true,
  unit: 'ms of one inference at batch 1',
  doc: 'Time that may be left, as measured: smaller models are timed on the engine until one meets it.',
};

/** Also of the command line. */
export const engineField: ChoiceField = {
  key: 'engine',
  type: 'choice',
  optional: true,
  default: 'device',
  choices: [
    { value: 'device', doc: "The recipe's device." },
    { value: 'onnxruntime', doc: 'ONNX Runtime on one CPU thread, as it would be deployed.' },
  ],
  doc: 'What milliseconds are measured on.',
};

export const budgetSection: Section = {
  type: 'section',
  key: 'budget',
  doc: 'What may be left of the model, in place of sparsity: macs or milliseconds, one of them.',
  entries: [macsField, millisecondsField, engineField],
  known: true,
  optional: true,
};

/** Only what makes tensors smaller has MACs and time to budget. */
export function takesBudget({ pattern }: MethodSpec): boolean {
  const found = typeof pattern === 'string' ? parsePattern(pattern) : undefined;
  return typeof found === 'object' && found.kind === 'structure';
}

/** What is wrong with a budget whose fields are each fine alone. @param sparsity as it is written beside it, if it is. */
export function budgetProblem(
  budget: Readonly<Record<string, unknown>>,
  sparsity: unknown,
  method: MethodSpec | undefined,
): { readonly path: readonly string[]; readonly message: string } | undefined {
  if (method && !takesBudget(method))
    return {
      path: ['budget'],
      message: `budget is for methods that cut channels: ${method.id} goes by sparsity`,
    };
  const { macs: share, milliseconds: ms, engine } = budget;
  if (share === undefined && ms === undefined)
    return { path: ['budget'], message: 'budget says nothing: write macs or milliseconds in it' };
  if (share !== undefined && ms !== undefined)
    return {
      path: ['budget', 'milliseconds'],
      message: `budget has macs ${show(share)} and milliseconds ${show(ms)}: write one of them`,
    };
  if (share !== undefined && engine !== undefined)
    return { path: ['budget', 'engine'], message: 'budget.engine is of milliseconds; MACs are counted' };
  if (sparsity !== undefined)
    return { path: ['sparsity'], message: 'sparsity and budget both say how much goes: write one of them' };
  return undefined;
}
