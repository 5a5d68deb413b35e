// The learning rate over a run: one cosine over all steps, the same for every method and for the dense baseline.

/** Steps over which the rate rises from nothing: moments and running statistics begin empty. At most a twentieth of a run. */
const warmUp = 50;
/** Share of the highest rate that is left at the end. */
const floor = 0.01;

/** Loshchilov & Hutter 2017 (arXiv 1608.03983), equation 5 without restarts, after a linear warm-up. */
export function learningRateAt(step: number, totalSteps: number, highest: number): number {
  const rise = Math.min(warmUp, totalSteps / 20);
  if (step < rise) return (highest * (step + 1)) / Math.ceil(rise);
  const progress = (step - rise) / Math.max(1, totalSteps - rise);
  return highest * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
