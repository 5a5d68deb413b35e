// Seconds that a run has trained, pauses excluded, and how many are left.

/** Steps that the pace is taken from: a smaller model after surgery is soon noticed, one slow step is not. */
const window = 50;

export class Clock {
  private readonly began = performance.now();
  private readonly marks: number[] = [];

  /** @param before seconds trained in earlier sessions of the run. */
  constructor(private readonly before: number) {}

  get seconds(): number {
    return this.before + (performance.now() - this.began) / 1000;
  }

  /** Called after every step. */
  tick(): void {
    this.marks.push(performance.now());
    if (this.marks.length > window) this.marks.shift();
  }

  secondsLeft(steps: number): number {
    const first = this.marks[0];
    if (first === undefined || this.marks.length < 2) return 0;
    const pace = (this.marks.at(-1)! - first) / (this.marks.length - 1);
    return (steps * pace) / 1000;
  }
}
