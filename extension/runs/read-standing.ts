// Where a run stands, by the end of its `metrics.jsonl`: cheap enough to be read whenever that file grows.
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { MetricPoint } from '../../core/runs/run-record';
import { type Known, remember, type Standing } from './words';

export const metricsFile = 'metrics.jsonl';

/** Bytes at the end: some hundred points, so the last test is among them. */
const tail = 64 * 1024;

/** Undefined where there is no point yet, or no file that can be read. */
export async function readStanding(folder: string): Promise<Standing | undefined> {
  let standing: Standing | undefined;
  let known: Known = {};
  for (const point of (await lastLines(path.join(folder, metricsFile))).flatMap(parse)) {
    known = remember(known, point);
    standing = { step: point.step, density: point.density, known };
  }
  return standing;
}

/** Whole ones: the last may be being written, the first may begin before what was read. */
async function lastLines(name: string): Promise<string[]> {
  const file = await open(name).catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tail);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
    return from > 0 ? lines.slice(1) : lines;
  } catch {
    return [];
  } finally {
    await file.close();
  }
}

function parse(line: string): MetricPoint[] {
  try {
    const point = JSON.parse(line) as Partial<MetricPoint> | null;
    return typeof point?.step === 'number' && typeof point.density === 'number' ? [point as MetricPoint] : [];
  } catch {
    return [];
  }
}
