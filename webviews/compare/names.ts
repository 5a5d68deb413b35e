// What each of the compared runs is called: as short as tells them apart.
import { methods } from '../../core/recipe/methods/table';
import type { RunRecord } from '../../core/runs/run-record';
import { dateTime } from '../ui/format';

export function names(records: readonly RunRecord[]): string[] {
  const method = ({ recipe }: RunRecord) => methods.get(recipe.method)?.title ?? recipe.method;
  const candidates: ((record: RunRecord) => string)[] = [
    method,
    (record) => `${record.recipe.model.name} · ${method(record)}`,
    (record) => `${method(record)} · ${dateTime(record.created)}`,
    ({ id }) => id,
  ];
  const all = candidates.map((name) => records.map(name));
  return all.find((tried) => new Set(tried).size === tried.length) ?? all.at(-1)!;
}
