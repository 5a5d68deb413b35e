// Einstein summation, as `bhid,bhjd->bhij` says it.
import type { OpDef } from '../op';
import { type Dim, formatShape, sameDim, type Shape, ShapeError, sizeAt } from '../shape';
import { broadcast } from './binary';

/** attrs: `equation`. */
export const einsum: OpDef = {
  kind: 'einsum',
  couple: 'einsum',
  shape(inputs, attrs) {
    const { output, sizes, rest } = read(inputs, attrs['equation']);
    return [output.flatMap((letter): Shape => (letter === ellipsis ? rest : [sizes.get(letter)!]))];
  },
  macs({ inputs, attrs }) {
    const { sizes, rest } = read(inputs, attrs['equation']);
    return [...sizes.values(), ...rest].reduce<number>((n, dim) => n * sizeAt(dim, 1), 1);
  },
};

const ellipsis = '…';

/** A name for every axis of the inputs and of the output. Axes that `...` stands for are counted from the last. */
export function axisNames(inputs: readonly Shape[], equation: unknown) {
  const { terms, output, rest } = read(inputs, equation);
  const named = (term: readonly string[], open: number): string[] =>
    term.flatMap((letter) =>
      letter === ellipsis ? Array.from({ length: open }, (_, i) => `${ellipsis}${open - i}`) : [letter],
    );
  return {
    terms: terms.map((term, i) => named(term, inputs[i]!.length - term.length + 1)),
    output: named(output, rest.length),
  };
}

function read(inputs: readonly Shape[], equation: unknown) {
  const text = typeof equation === 'string' && equation.length < 1000 ? equation.replaceAll(' ', '') : '';
  const [left = '', right] = text.split('->');
  const terms = left.split(',').map(letters);
  if (terms.length !== inputs.length)
    throw new ShapeError(`einsum ${text} names ${terms.length} tensors, not ${inputs.length}`);
  const sizes = new Map<string, Dim>();
  let rest: Shape = [];
  terms.forEach((term, i) => (rest = bind(term, inputs[i]!, sizes, rest, text)));
  const output = right === undefined ? implied(terms) : letters(right);
  if (output.some((letter) => letter !== ellipsis && !sizes.has(letter)))
    throw new ShapeError(`einsum ${text} makes an axis that no input has`);
  return { terms, output, sizes, rest };
}

const letters = (term: string): string[] => [...term.replace('...', ellipsis)];

/** Sizes of a term's letters; `…` stands for the axes that have none, and they broadcast. */
function bind(term: readonly string[], x: Shape, sizes: Map<string, Dim>, rest: Shape, text: string): Shape {
  const open = x.length - (term.length - (term.includes(ellipsis) ? 1 : 0));
  if (open < 0 || (open > 0 && !term.includes(ellipsis)))
    throw new ShapeError(`einsum ${text} does not fit a tensor of ${formatShape(x)}`);
  let axis = 0;
  for (const letter of term) {
    if (letter === ellipsis) {
      rest = broadcast(rest, x.slice(axis, axis + open));
      axis += open;
      continue;
    }
    const [known, dim] = [sizes.get(letter), x[axis++]!];
    if (known !== undefined && known !== 1 && dim !== 1 && !sameDim(known, dim))
      throw new ShapeError(
        `einsum ${text} has ${letter} of ${formatShape([known])} and ${formatShape([dim])}`,
      );
    if (known === undefined || known === 1) sizes.set(letter, dim);
  }
  return rest;
}

/** Without an arrow: `…`, then the letters that occur once, in alphabetical order. */
function implied(terms: readonly (readonly string[])[]): string[] {
  const all = terms.flat().filter((letter) => letter !== ellipsis);
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort();
  return terms.flat().includes(ellipsis) ? [ellipsis, ...once] : once;
}
