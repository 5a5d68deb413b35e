// Keeps the view's metrics level with the run's file: pulled by line, one request at a time.
import type { MetricPoint } from '../../core/runs/run-record';
import type { Metrics } from './metrics';

export type PullMetrics = (from: number) => Promise<readonly MetricPoint[]>;

export class Feed {
  private lines: number;
  private busy = false;
  private again = false;

  constructor(
    private readonly metrics: Metrics,
    initial: readonly MetricPoint[],
    private readonly pullMetrics: PullMetrics,
    private readonly onChange: () => void,
  ) {
    metrics.append(initial);
    this.lines = initial.length;
  }

  /** Lines were added. Calls while one is under way become one more after it. */
  async pull(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    do {
      this.again = false;
      const points = await this.pullMetrics(this.lines).catch(() => []);
      this.lines += points.length;
      this.metrics.append(points);
      if (points.length > 0) this.onChange();
    } while (this.again);
    this.busy = false;
  }

  /** The run goes on from a checkpoint, and its file may be shorter than what was read: read it anew. */
  restart(): Promise<void> {
    this.lines = 0;
    this.metrics.clear();
    return this.pull();
  }
}
