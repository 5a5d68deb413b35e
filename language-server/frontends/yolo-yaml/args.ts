// The arguments of one row, after the output channels: read by position, with the module's own defaults.

/** What is wrong with a row, in one line. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
}

export class Args {
  constructor(
    readonly module: string,
    private readonly values: readonly unknown[],
    /** Position of the first value in the row's list, for messages. */
    private readonly offset = 0,
  ) {}

  raw(index: number): unknown {
    return this.values[index] ?? undefined;
  }

  whole(index: number, what: string, fallback?: number): number {
    const value = this.raw(index) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e6) return value;
    throw this.problem(index, what, 'a positive whole number');
  }

  number(index: number, what: string, fallback: number): number {
    const value = this.raw(index) ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.problem(index, what, 'a number');
  }

  flag(index: number, what: string, fallback: boolean): boolean {
    const value = this.raw(index) ?? fallback;
    if (typeof value === 'boolean' || value === 0 || value === 1) return Boolean(value);
    throw this.problem(index, what, 'True or False');
  }

  /** Whole numbers, a single one standing for itself. */
  list(index: number, what: string, fallback: readonly number[]): readonly number[] {
    const value = this.raw(index) ?? fallback;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length <= 64 && list.every((item) => Number.isInteger(item) && Number(item) >= 0))
      return list as number[];
    throw this.problem(index, what, 'a list of whole numbers');
  }

  problem(index: number, what: string, wanted: string): RowProblem {
    const value = this.raw(index);
    const found = value === undefined ? 'missing' : `${JSON.stringify(value).slice(0, 40)}, not ${wanted}`;
    const place = index + this.offset + 1;
    return new RowProblem(
      value === undefined
        ? `${this.module} needs ${wanted} as argument ${place} (${what})`
        : `argument ${place} of ${this.module} (${what}) is ${found}`,
    );
  }
}
