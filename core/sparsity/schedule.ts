// When masks change and how dense they are: a schedule answers three questions about a step, nothing else.

export interface Schedule {
  /** Do masks change at this step? */
  isMaskStep(step: number): boolean;
  /** Sparsity wanted at this step, 0 … 1, on the way to `target`. */
  sparsityAt(step: number, target: number): number;
  phase(step: number): Phase;
}

export type Phase = 'dense' | 'ramp' | 'heal';

export interface CubicOptions {
  /** First step of the ramp; before it the model is dense. */
  readonly begin: number;
  /** First step at the target; from it on masks are frozen. */
  readonly end: number;
  /** Steps between mask updates. */
  readonly every: number;
}

/** s(t) = target · (1 − (1 − (t − begin)/(end − begin))³), Zhu & Gupta 2017 (arXiv 1710.01878), equation 1 with sᵢ = 0. */
export function cubic({ begin, end, every }: CubicOptions): Schedule {
  return {
    isMaskStep: (step) => step === end || (step >= begin && step < end && (step - begin) % every === 0),
    sparsityAt(step, target) {
      // A ramp without steps is over where it begins.
      const progress = step >= end ? 1 : Math.max(0, (step - begin) / (end - begin));
      return target * (1 - (1 - progress) ** 3);
    },
    phase: (step) => (step < begin ? 'dense' : step < end ? 'ramp' : 'heal'),
  };
}
