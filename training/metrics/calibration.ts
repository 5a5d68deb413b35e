// Whether a classifier is right as often as it says it is: expected calibration error. Guo et al. 2017 (arXiv 1706.04599), equation 3.

/** The paper's number of bins. */
const bins = 15;

export class Calibration {
  private readonly counts = new Float64Array(bins);
  private readonly confidences = new Float64Array(bins);
  private readonly correct = new Float64Array(bins);

  /** @param confidence chance of the class that was chosen, 0 … 1. */
  add(confidence: number, isRight: boolean): void {
    // Bins are open below: ((i)/15, (i + 1)/15].
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    this.counts[bin]! += 1;
    this.confidences[bin]! += confidence;
    this.correct[bin]! += isRight ? 1 : 0;
  }

  /** Mean gap between confidence and accuracy, 0 … 1. */
  get error(): number {
    const all = this.counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) return 0;
    return this.counts.reduce(
      (sum, _, bin) => sum + Math.abs(this.correct[bin]! - this.confidences[bin]!) / all,
      0,
    );
  }
}
