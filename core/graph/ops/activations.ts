// Element-wise activations and softmax: shapes pass through, channels stay what they are.
import type { OpDef } from '../op';
import { elements } from '../shape';

/** FLOPs an element, counting an exponential or a division as one, as the field does. */
const cost: Readonly<Record<string, number>> = {
  relu: 1,
  relu6: 2,
  leakyRelu: 2, // attrs: `slope`
  elu: 3, // attrs: `alpha`
  gelu: 8, // attrs: `approximate` ('none' | 'tanh')
  silu: 4,
  mish: 6,
  sigmoid: 3,
  hardSigmoid: 3,
  hardSwish: 4,
  tanh: 5,
  softplus: 3,
};

const elementwise = Object.entries(cost).map(([kind, flops]): OpDef => ({
  kind,
  couple: 'pass',
  shape: ([x]) => [x!],
  flops: ({ outputs: [y] }) => flops * elements(y!),
}));

/** attrs: `axis`. Softmax ties its channels to each other through the sum, so it is a barrier along them. */
const softmaxes = ['softmax', 'logSoftmax'].map((kind): OpDef => ({
  kind,
  couple: 'reduce',
  shape: ([x]) => [x!],
  flops: ({ outputs: [y] }) => 3 * elements(y!),
}));

export const activations: readonly OpDef[] = [...elementwise, ...softmaxes];
