// Learning rate schedules against torch.optim.lr_scheduler, step by step.
import { describe, expect, it } from 'vitest';
import { learningRateAt, type ScheduleName, type ScheduleOptions } from '../../training/trainer/schedules';
import { noTorch, runTorch } from './torch';

const [totalSteps, warmUp, highest] = [60, 10, 0.4];

const script = (scheduler: string, warm: number) => `
from torch.optim.lr_scheduler import *
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=${highest})
rest, warm = ${totalSteps - 0} - ${warm}, ${warm}
scheduler = ${scheduler}
if warm: scheduler = SequentialLR(optimizer, [LinearLR(optimizer, 1 / warm, 1, warm - 1), scheduler], [warm])
rates = []
for _ in range(${totalSteps}):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step()
answer([torch.tensor(rates)])
`;

const cases: [ScheduleName, string, Partial<ScheduleOptions>][] = [
  ['constant', 'LambdaLR(optimizer, lambda step: 1)', {}],
  ['cosine', 'CosineAnnealingLR(optimizer, rest)', {}],
  ['cosine', `CosineAnnealingLR(optimizer, rest, eta_min=${0.01 * highest})`, { floor: 0.01 }],
  ['linear', 'LinearLR(optimizer, 1, 0.1, rest)', { floor: 0.1 }],
  ['step', 'StepLR(optimizer, 7, 0.3)', { dropEvery: 7, dropTo: 0.3 }],
  ['polynomial', 'PolynomialLR(optimizer, rest, 2)', { power: 2 }],
  ['polynomial', 'PolynomialLR(optimizer, rest, 0.9)', { power: 0.9 }],
];

describe.skipIf(noTorch)(`schedules are PyTorch's${noTorch ? ` (${noTorch})` : ''}`, () => {
  it.each(cases.flatMap((one) => [0, warmUp].map((warm) => [...one, warm] as const)))(
    '%s as %s',
    (name, scheduler, options, warm) => {
      const [wanted] = runTorch(script(scheduler, warm), []);
      const all = {
        highest,
        totalSteps,
        warmUp: warm,
        floor: 0,
        dropEvery: 1,
        dropTo: 1,
        power: 1,
        ...options,
      };
      for (let step = 0; step < totalSteps; step++)
        expect(Math.abs(learningRateAt(name, step, all) - wanted!.data[step]!), `step ${step}`).toBeLessThan(
          1e-6 * highest,
        );
    },
  );
});
