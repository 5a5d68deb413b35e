// Loss and accuracy over a stretch of steps: single steps are noise, and thousands of points are no better to look at.
import type { MetricPoint } from '../../core/runs/run-record';
import type { StepResult } from '../executor/step';

/** About as many points as a chart has pixels to show. */
const points = 250;

export class Meter {
  private readonly every: number;
  private loss = 0;
  private correct = 0;
  private samples = 0;

  constructor(totalSteps: number) {
    this.every = Math.max(1, Math.round(totalSteps / points));
  }

  add({ loss, correct }: StepResult, samples: number): void {
    this.loss += loss * samples;
    this.correct += correct;
    this.samples += samples;
  }

  /** @param step steps done. The first is always told. */
  isDue(step: number): boolean {
    return step === 1 || step % this.every === 0;
  }

  /** Means since the last time. */
  take(): Pick<MetricPoint, 'loss' | 'trainAccuracy'> {
    const { loss, correct, samples } = this;
    this.loss = this.correct = this.samples = 0;
    return samples === 0 ? {} : { loss: loss / samples, trainAccuracy: correct / samples };
  }
}
