// Holds what was read back against what was to be handed back: names, shapes, values, masks, and what it computes.
import type { TensorData, Weights } from '../../core/graph/tensor';
import { differenceOf } from './difference';
import type { Reloaded, Subject } from './format';

/** float32 in another order of summation differs by about 1e-6; an export that is wrong by a layer, by far more than this. */
const tolerance = 1e-4;

/**
 * Throws one line at the first thing that differs. Values have to be equal (zeros of either sign are), outputs within
 * 1e-4 of their size.
 * @param outputs what the subject computes. @returns the largest absolute difference of outputs.
 */
export function verify(
  { model, masks }: Pick<Subject, 'model' | 'masks'>,
  outputs: readonly TensorData[],
  reloaded: Reloaded,
): number {
  for (const name of Object.keys(model.graph.params)) checkWeight(name, model.weights, reloaded.weights);
  for (const [name, { shape, bits }] of reloaded.masks ? masks : []) {
    const found = reloaded.masks?.get(name);
    if (found?.shape.join() !== shape.join() || bits.some((byte, i) => byte !== found.bits[i]))
      throw new Error(`read back, the mask of ${name} is another one`);
  }
  const { absolute, relative } = differenceOf(outputs, reloaded.outputs);
  if (relative > tolerance)
    throw new Error(
      `read back, its outputs differ by ${show(relative)} of their size, more than ${show(tolerance)}`,
    );
  return absolute;
}

function checkWeight(name: string, expected: Weights, actual: Weights): void {
  const [wanted, found] = [expected.get(name), actual.get(name)];
  if (!wanted) throw new Error(`the parameter ${name} has no values`);
  if (!found) throw new Error(`read back, ${name} is missing`);
  if (found.shape.join() !== wanted.shape.join())
    throw new Error(`read back, ${name} is ${found.shape.join('×')} instead of ${wanted.shape.join('×')}`);
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [wanted.data[i]!, found.data[i]!];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
      throw new Error(`read back, value ${i} of ${name} is ${b} instead of ${a}`);
  }
}

export const show = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
