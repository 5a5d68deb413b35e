// `metrics.jsonl`: one point a line, appended while a run runs.
import { appendFile, truncate } from 'node:fs/promises';
import type { MetricPoint } from '../../core/runs/run-record';
import { readIfThere } from './files';

/** From a line number on. A last line that was cut off by a crash, or is damaged, is left out. */
export async function readMetrics(file: string, from = 0): Promise<MetricPoint[]> {
  return (await completeLines(file)).slice(from).flatMap(({ text }) => parse(text));
}

export async function appendPoint(file: string, point: MetricPoint): Promise<void> {
  try {
    await appendFile(file, `${JSON.stringify(point)}\n`);
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new Error(`cannot write ${file}: ${full ? 'the disk is full' : (error as Error).message}`);
  }
}

/** Drops what came after a checkpoint, so that a resumed run does not tell the same steps twice. */
export async function keepLines(file: string, count: number): Promise<void> {
  const lines = await completeLines(file);
  const end = count === 0 ? 0 : lines[Math.min(count, lines.length) - 1]?.end;
  if (lines.length === 0 && count === 0 && !(await readIfThere(file))) return;
  await truncate(file, end ?? 0);
}

export const countLines = async (file: string): Promise<number> => (await completeLines(file)).length;

/** Lines that end in a newline, with the byte after it. */
async function completeLines(file: string): Promise<{ text: string; end: number }[]> {
  const bytes = await readIfThere(file);
  const lines: { text: string; end: number }[] = [];
  let start = 0;
  for (let end = bytes?.indexOf(10, start) ?? -1; bytes && end >= 0; end = bytes.indexOf(10, start)) {
    lines.push({ text: bytes.toString('utf8', start, end), end: end + 1 });
    start = end + 1;
  }
  return lines;
}

function parse(line: string): MetricPoint[] {
  try {
    const point = JSON.parse(line) as Partial<MetricPoint> | null;
    return typeof point?.step === 'number' ? [point as MetricPoint] : [];
  } catch {
    return [];
  }
}
