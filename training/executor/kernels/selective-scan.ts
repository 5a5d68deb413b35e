// The selective scan of state space models.
import { selectiveScan as scan } from '../../../native/kernels/selective-scan';
import type { Kernel } from '../kernel';

export const selectiveScan: Kernel = {
  op: 'selectiveScan',
  axes: 'graph',
  run: ({ inputs }) => scan(...(inputs as Parameters<typeof scan>)),
};
