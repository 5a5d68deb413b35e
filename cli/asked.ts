// What the options of a command say, checked where they are read: texts, whole numbers, layers that stay dense.
import type { ModelGraph } from '../core/graph/model-graph';
import { type CommandContext, UsageError } from './command';

export class Asked {
  constructor(
    private readonly command: string,
    private readonly options: CommandContext['options'],
  ) {}

  text(key: string): string | undefined {
    const value = this.options[key];
    return value === undefined ? undefined : String(value);
  }

  /** @param what it is, for the line that asks for it. */
  needed(key: string, what: string): string {
    const value = this.text(key);
    if (value === undefined) throw new UsageError(`${this.command} needs --${key}: ${what}`);
    return value;
  }

  number(key: string): number {
    const value = Number(this.text(key));
    if (this.text(key)?.trim() && Number.isFinite(value)) return value;
    throw new UsageError(`--${key} ${this.text(key)} is no number`);
  }

  whole(key: string, least: number): number {
    const value = Number(this.text(key));
    if (Number.isInteger(value) && value >= least) return value;
    throw new UsageError(`--${key} ${this.text(key)} is no whole number from ${least} on`);
  }

  /** Parted by commas; empty where nothing is said. */
  list(key: string): string[] {
    return (
      this.text(key)
        ?.split(',')
        .map((part) => part.trim()) ?? []
    );
  }

  /** `--keep-dense`: paths of layers of the graph, or of modules around them. */
  keepDense(graph: ModelGraph): string[] {
    const kept = this.list('keep-dense');
    const strange = kept.find(
      (path) => !graph.nodes.some(({ path: at }) => at === path || at.startsWith(`${path}.`)),
    );
    if (strange !== undefined) throw new UsageError(`--keep-dense: ${graph.name} has no layer ${strange}`);
    return kept;
  }

  /** `--batches` of `--batch` samples, drawn by `--seed`. */
  calibration() {
    return { batches: this.whole('batches', 1), batch: this.whole('batch', 1), seed: this.whole('seed', 0) };
  }
}
