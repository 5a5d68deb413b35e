// Gradients that tf lacks or computes wrongly, on every device. Mending one more is adding a line here.
import { registerExtremeGradients } from './extremes';
import { registerOrderGradients } from './order';
import { registerTruthGradients } from './truths';

export function registerGradients(): void {
  registerTruthGradients();
  registerExtremeGradients();
  registerOrderGradients();
}
