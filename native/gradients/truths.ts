// Comparisons and logic have no slope; tf has no gradient for them at all, which stops every tape they stand on.
import { tf } from '../tf';

const ofTwo = [
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
];
const ofOne = ['LogicalNot', 'Any', 'All'];

export function registerTruthGradients(): void {
  for (const [kernels, names] of [
    [ofTwo, ['a', 'b']],
    [ofOne, ['x']],
  ] as const)
    for (const kernelName of kernels)
      tf.registerGradient({
        kernelName,
        inputsToSave: [...names],
        gradFunc: (_, saved) =>
          Object.fromEntries(names.map((name, i) => [name, () => tf.zeros(saved[i]!.shape)])),
      });
}
