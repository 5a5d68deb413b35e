// A run's last benchmark, kept in its folder: `latency.json`.
import path from 'node:path';
import type { LatencyReport } from '../../core/runs/latency-report';
import { readJson, writeJson } from '../runs/files';

const fileIn = (folder: string): string => path.join(folder, 'latency.json');

/** Whole or not at all: the report before stays when this one cannot be written. */
export const saveReport = (folder: string, report: LatencyReport): Promise<void> =>
  writeJson(fileIn(folder), report);

/** Null where nothing was measured yet. Rejects with one line when the file cannot be read. */
export async function lastReport(folder: string): Promise<LatencyReport | null> {
  const value = (await readJson(fileIn(folder))) as LatencyReport | null | undefined;
  if (value === undefined) return null;
  if (value?.version !== 1 || !Array.isArray(value.layers))
    throw new Error(`${fileIn(folder)} is damaged or of another version: benchmark again to replace it`);
  return value;
}
