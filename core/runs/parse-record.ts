// Reads what `run.json` holds: today's version and older ones; newer ones are refused, not guessed at.
import type { RunRecord } from './run-record';

const newest = 2;
const statuses: ReadonlySet<unknown> = new Set(['running', 'stopped', 'finished', 'failed', 'interrupted']);

/** @param where the run's folder, for the message. Throws one line that says what is wrong and what to do. */
export function parseRecord(value: unknown, where: string): RunRecord {
  const damaged = (what: string) => new Error(`run.json in ${where} is damaged: ${what}`);
  if (typeof value !== 'object' || value === null) throw damaged('it is no object');
  const { version } = value as { readonly version?: unknown };
  const record = value as { readonly [K in keyof RunRecord]?: RunRecord[K] };
  if (version !== 1 && version !== newest)
    throw new Error(
      `the run in ${where} is of version ${String(version)}, this Espalier reads versions 1 to ${newest}: update Espalier`,
    );
  if (typeof record.id !== 'string') throw damaged('id is missing');
  const { recipe } = record;
  if (typeof recipe?.method !== 'string' || typeof recipe.model?.name !== 'string')
    throw damaged('recipe is missing');
  if (typeof recipe.model.file !== 'string') throw damaged('recipe.model.file is missing');
  if (!statuses.has(record.status)) throw damaged(`status ${JSON.stringify(record.status)} does not exist`);
  if (typeof record.created !== 'string') throw damaged('created is missing');
  if (typeof record.step !== 'number' || typeof record.totalSteps !== 'number')
    throw damaged('step is missing');
  // Version 1 had no hashes and no best checkpoint, which are optional: nothing else changed.
  return { ...(record as RunRecord), version: newest };
}
