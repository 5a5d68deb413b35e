// When masks change and how dense they are: a schedule answers three questions about a step, nothing else.

export interface Schedule {
  /** Do masks change at this step? */
  isMaskStep(step: number): boolean;
  /** Sparsity wanted at this step, 0 … 1, on the way to `target`. */
  sparsityAt(step: number, target: number): number;
  phase(step: number): Phase;
}

export type Phase = 'dense' | 'ramp' | 'heal';

export interface RampOptions {
  /** First step of the ramp; before it the model is dense. */
  readonly begin: number;
  /** First step at the target; from it on masks are frozen. */
  readonly end: number;
  /** Steps between mask updates. */
  readonly every: number;
}
