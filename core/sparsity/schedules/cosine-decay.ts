// How many weights a sparse network exchanges at a step: fewer and fewer, so that it settles.

/**
 * f(t) = α/2 · (1 + cos(π t / T)), Dettmers & Zettlemoyer 2019 (arXiv 1907.04840) and RigL, Evci et al. 2020
 * (arXiv 1911.11134), equation 1; 0 from T on.
 * @param first share of the kept weights at step 0 (α). @param end step of the last exchange (T).
 */
export const cosineDecay =
  (first: number, end: number) =>
  (step: number): number =>
    step >= end ? 0 : (first / 2) * (1 + Math.cos((Math.PI * step) / end));
