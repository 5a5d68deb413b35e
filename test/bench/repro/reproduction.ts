// What a reproduction is: a published claim tried at small scale, in arms that get the same data, batches and updates.
import type { MetricPoint } from '../../../core/runs/run-record';
import type { Lab } from './lab';

export interface Reproduction {
  /** The method's id. */
  readonly id: string;
  readonly title: string;
  /** Authors, year, where. */
  readonly source: string;
  /** Model, data and budget in a few sentences: what a reader needs to judge the table. */
  readonly setup: string;
  readonly seeds: readonly number[];
  readonly arms: readonly Arm[];
  readonly columns: readonly Column[];
  readonly claims: readonly Claim[];
  /** Curves drawn from the run files of one seed. */
  readonly plots?: readonly Plot[];
}

/** Numbers by name: shares are 0 … 1. */
export type Readings = Readonly<Record<string, number>>;

export interface Arm {
  readonly id: string;
  /** As the table names it. */
  readonly title: string;
  readonly run: (lab: Lab) => Promise<Readings>;
}

export interface Column {
  /** Of the readings. */
  readonly key: string;
  readonly title: string;
  /** Digits behind the point; of a percentage where `percent`. */
  readonly digits: number;
  readonly percent?: boolean;
}

export interface Claim {
  /** The inequality, in the specification's words. */
  readonly text: string;
  /** `must hold`: the paper's claim. `must hurt`: an ablation. `reported`: without a direction that is asserted. */
  readonly kind: 'must hold' | 'must hurt' | 'reported';
  readonly check: (results: Results) => Verdict;
}

export interface Verdict {
  readonly holds: boolean;
  /** The numbers that decide. */
  readonly said: string;
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  /** What is drawn of each run: a reading of one line of metrics, or nothing at that step. */
  readonly of: (point: MetricPoint) => number | undefined;
  /** Arms drawn, by id. */
  readonly arms: readonly string[];
}

/** Readings of every arm and seed that has run. */
export class Results {
  private readonly found = new Map<string, Map<number, Readings>>();

  add(arm: string, seed: number, readings: Readings): void {
    const seeds = this.found.get(arm) ?? new Map<number, Readings>();
    this.found.set(arm, seeds.set(seed, readings));
  }

  /** Seeds that both arms, or all of them, have run. */
  seeds(...arms: readonly string[]): number[] {
    const [first = [], ...rest] = arms.map((arm) => [...(this.found.get(arm)?.keys() ?? [])]);
    return first.filter((seed) => rest.every((seeds) => seeds.includes(seed)));
  }

  /** One reading over the seeds, in the order of the seeds. @throws where an arm did not give it. */
  all(arm: string, key: string, seeds = this.seeds(arm)): number[] {
    // Else every inequality would hold of nothing.
    if (seeds.length === 0) throw new Error(`${arm} has not run`);
    return seeds.map((seed) => {
      const value = this.found.get(arm)?.get(seed)?.[key];
      if (value === undefined) throw new Error(`${arm} has no reading ${key} for seed ${seed}`);
      return value;
    });
  }

  /** As {@link all}, of the seeds that have the reading. */
  some(arm: string, key: string): number[] {
    return [...(this.found.get(arm)?.values() ?? [])].flatMap((readings) => readings[key] ?? []);
  }

  mean(arm: string, key: string): number {
    return mean(this.all(arm, key));
  }

  /** a − b for each seed that both have. */
  gaps(a: string, b: string, key: string): number[] {
    const seeds = this.seeds(a, b);
    if (seeds.length === 0) throw new Error(`${a} and ${b} have not run on the same seed`);
    const [left, right] = [this.all(a, key, seeds), this.all(b, key, seeds)];
    return left.map((value, i) => value - right[i]!);
  }
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation over seeds (n − 1); 0 of one. */
export function spread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Numbers as a claim says them. */
export const said = (values: readonly number[], digits = 3): string =>
  values.map((value) => value.toFixed(digits)).join(' / ');
