// Every case: those that exports are held against too, and what only the executor can do.
import type { KernelCase } from './case';
import { given } from './case';
import { layerCases } from './layers';
import { orderCases } from './order';
import { scanCases } from './scans';
import { valueCases } from './values';
import { windowCases } from './windows';
import { image, opCases } from '../op-cases';

/** In that table dropout and batch norm are those of inference, and a softmax that ends a model computes only then; every other op is tried as in training. */
const exported = opCases.map(({ op, attrs, inputs, torch }): KernelCase => ({
  // relu6 sees inputs that saturate it there; here the input is what it is.
  ...given(op, torch.replace('5 * x', 'x'), attrs, inputs ?? [image]),
  training: !['dropout', 'batchNorm2d', 'softmax'].includes(op),
}));

export const kernelCases: readonly KernelCase[] = [
  ...exported,
  ...windowCases,
  ...valueCases,
  ...orderCases,
  ...layerCases,
  ...scanCases,
];
