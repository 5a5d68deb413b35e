// Loss and accuracy over a stretch of steps: single steps are noise, and thousands of points are no better to look at.
import type { MetricPoint } from '../../core/runs/run-record';
import type { StepResult } from './step';

/** About as many points as a chart has pixels to show. */
const points = 250;

export class Meter {
  private readonly every: number;
  private loss = 0;
  private correct: number | undefined = 0;
  private terms = 0;
  private parts = new Map<string, number>();

  constructor(totalSteps: number) {
    this.every = Math.max(1, Math.round(totalSteps / points));
  }

  add({ loss, correct, terms, parts }: StepResult): void {
    this.loss += loss * terms;
    this.correct = correct === undefined ? undefined : (this.correct ?? 0) + correct;
    this.terms += terms;
    for (const [name, part] of Object.entries(parts))
      this.parts.set(name, (this.parts.get(name) ?? 0) + part * terms);
  }

  /** @param step steps done. The first is always told. */
  isDue(step: number): boolean {
    return step === 1 || step % this.every === 0;
  }

  /** Means since the last time. */
  take(): Pick<MetricPoint, 'loss' | 'trainAccuracy' | 'parts'> {
    const { loss, correct, terms, parts } = this;
    this.loss = this.correct = this.terms = 0;
    this.parts = new Map();
    if (terms === 0) return {};
    const means = Object.fromEntries([...parts].map(([name, sum]) => [name, sum / terms]));
    return {
      loss: loss / terms,
      ...(correct === undefined ? {} : { trainAccuracy: correct / terms }),
      ...(parts.size > 0 ? { parts: means } : {}),
    };
  }
}
