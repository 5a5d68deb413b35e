// Two questions of "Sparse Train": in which pattern, where the method leaves it open, and how much.
import type { ModelReport } from '../../core/analysis/report';
import type { MethodSpec } from '../../core/recipe/methods/method-spec';
import { misfit } from '../../core/sparsity/fit';
import { type Family, patternNamed, weightFamilies } from '../../core/sparsity/patterns/families';
import { weightMatrix } from '../../core/sparsity/weight-matrix';
import { askText } from '../input/ask-text';
import { pick, type PickItem } from '../input/pick';
import { next, type StepAnswer, type StepPosition } from '../input/steps';
import { amountField, amountPrompt, amountText, readAmount } from './amount';
import type { LastChoices } from './choices';
import type { Draft } from './questions';
import { title } from './title';

export const asksPattern = ({ options }: MethodSpec): boolean =>
  options.some(({ type }) => type === 'pattern');

export async function askPattern(
  draft: Draft,
  at: StepPosition,
  last: LastChoices,
): Promise<StepAnswer<Draft>> {
  const { method, model } = draft;
  const written = method!.options.find(({ type }) => type === 'pattern')!.default as string;
  const answer = await pick<string>({
    ...at,
    title: `${title}: ${method!.title}`,
    placeholder: 'In which pattern? Other numbers can be written in the recipe',
    items: weightFamilies().map((family) => patternItem(family, model!.report)),
    active: last.patterns[method!.id] ?? written,
  });
  return typeof answer === 'object' ? next({ ...draft, pattern: answer.value }) : answer;
}

/** How many layers the family's example fits; where it fits none, why not. */
function patternItem({ example, doc }: Family, { graph, layers }: ModelReport): PickItem<string> {
  const pattern = patternNamed(example);
  const fits = layers.flatMap(({ node }) => {
    const matrix = weightMatrix(
      graph,
      graph.nodes.find(({ id }) => id === node)!,
    );
    return matrix ? [pattern.fits(matrix)] : [];
  });
  const count = fits.filter(({ ok }) => ok).length;
  const item = { description: `fits ${count} of ${fits.length} layers`, detail: doc, value: example };
  if (count > 0) return { ...item, label: example };
  const [first = misfit('no layer holds a weight matrix')] = fits;
  return { ...item, label: `$(circle-slash) ${example}`, ...(first.ok ? {} : { refused: first.reason }) };
}

export async function askAmount(
  draft: Draft,
  at: StepPosition,
  last: LastChoices,
): Promise<StepAnswer<Draft>> {
  const method = draft.method!;
  const field = amountField(method, draft.pattern);
  const read = (text: string) => readAmount(text, field, method);
  const remembered = last.amounts[method.id] ?? '';
  const answer = await askText({
    ...at,
    title: `${title}: ${method.title}`,
    prompt: amountPrompt(field, method),
    text: 'value' in read(remembered) ? remembered : amountText({ sparsity: field.default }),
    read,
  });
  return typeof answer === 'object' ? next({ ...draft, amount: answer.value }) : answer;
}
