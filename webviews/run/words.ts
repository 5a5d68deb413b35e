// A run's facts in words: how it stands, what it trains on, what its buttons do.
import { formatExact } from '../../core/analysis/format';
import { methods } from '../../core/recipe/methods/table';
import type { DataSpec } from '../../core/recipe/recipe';
import type { RunRecord, RunStatus } from '../../core/runs/run-record';
import { dateTime } from '../ui/format';

export const statusWords: Readonly<Record<RunStatus, string>> = {
  running: 'Training',
  stopped: 'Stopped',
  finished: 'Finished',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/** `WASM (embedded CPU) · built-in digits, 8,000 to train and 2,000 to test · 14 Oct 2026, 09:30`, the method first where the title leaves it out. */
export function subtitle({ recipe, device, created }: RunRecord, title: string): string {
  const method = methods.get(recipe.method)?.title ?? recipe.method;
  const facts = [device.name, dataWords(recipe.data), dateTime(created)];
  return (title.includes(method) ? facts : [method, ...facts]).join(' · ');
}

function dataWords(data: DataSpec): string {
  if (data.kind === 'digits')
    return `built-in digits, ${formatExact(data.train)} to train and ${formatExact(data.test)} to test`;
  const place =
    'folder' in data ? data.folder : 'file' in data ? data.file : 'inputs' in data ? data.inputs : '';
  const kind = data.kind === 'idx' ? 'IDX files' : data.kind.replace('-', ' ');
  return place ? `${kind} in ${place}` : kind;
}

/** Where a run cannot go on by itself: what happened, and what to do. */
export function notice({ status, error }: RunRecord): string | undefined {
  if (status === 'failed') return error ?? 'The run failed without saying why; the log may know more.';
  if (status === 'interrupted')
    return 'The process that trained this run is gone. Resume continues from its last checkpoint.';
  return undefined;
}

export const canResume = (status: RunStatus): boolean =>
  status === 'stopped' || status === 'interrupted' || status === 'failed';
