// `events.out.tfevents.…` in a run folder: what TensorBoard shows, written beside the metrics and never in their way.
import { randomUUID } from 'node:crypto';
import { appendFile, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { MetricPoint } from '../../../core/runs/run-record';
import { encodeEvent, type EventContent } from './event';
import { scalarsOf } from './scalars';
import { tfRecord } from './tf-record';

const prefix = 'events.out.tfevents.';

export class EventFile {
  private broken = false;

  private constructor(
    private readonly file: string,
    private readonly now: () => number,
  ) {}

  /**
   * A new file each time a run begins or goes on. What earlier files tell of the last of the `kept` points' steps and
   * later ones is void from here on, so those points are told again.
   */
  static async begin(
    folder: string,
    kept: readonly MetricPoint[],
    now: () => number = Date.now,
  ): Promise<EventFile> {
    const earlier = await stampsIn(folder);
    // TensorBoard reads the files of a folder in the order of their names, also when a clock was set back.
    const seconds = Math.max(Math.floor(now() / 1000), ...earlier.map((stamp) => stamp + 1));
    const host = hostname().replaceAll(/[^\w-]+/g, '-');
    const name = `${prefix}${String(seconds).padStart(10, '0')}.${host}.${randomUUID().slice(0, 8)}`;
    const events = new EventFile(path.join(folder, name), now);
    const step = kept.at(-1)?.step ?? 0;
    const restart = [step, { kind: 'restart' }] as const;
    await events.write([[0, { kind: 'version' }], ...(earlier.length > 0 ? [restart] : [])]);
    if (earlier.length > 0) for (const point of kept) if (point.step === step) await events.append(point);
    return events;
  }

  async append(point: MetricPoint): Promise<void> {
    await this.write([[point.step, { kind: 'scalars', values: scalarsOf(point) }]]);
  }

  /** The metrics are the record; a copy that cannot be written must not end a run. */
  private async write(events: readonly (readonly [step: number, content: EventContent])[]): Promise<void> {
    if (this.broken) return;
    const records = events.map(([step, content]) => tfRecord(encodeEvent(this.now() / 1000, step, content)));
    // A record that was written in part would hide what follows, so nothing follows it.
    await appendFile(this.file, Buffer.concat(records)).catch(() => (this.broken = true));
  }
}

async function stampsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10))
    .filter(Number.isFinite);
}
