// Which rows are shown, and in which order. Pure.
import type { ModelFileRow } from '../../core/analysis/model-file';
import type { Column } from './columns';

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** Every word must be somewhere in the row. */
export function matching(
  rows: readonly ModelFileRow[],
  columns: readonly Column[],
  query: string,
): readonly ModelFileRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = columns
      .map((column) => column.text(row))
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const natural = new Intl.Collator(undefined, { numeric: true });

/** The file's own order where none is asked for; equal rows keep it. */
export function ordered(
  rows: readonly ModelFileRow[],
  columns: readonly Column[],
  order: Order | undefined,
): readonly ModelFileRow[] {
  const column = columns.find(({ id }) => id === order?.column);
  if (!column || !order) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.sort(a), column.sort(b)];
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * natural.compare(String(x), String(y));
  });
}

/** A first click on a number shows the largest first, on a text the first of the alphabet; a third restores the file's order. */
export function nextOrder(order: Order | undefined, { id, kind }: Column): Order | undefined {
  const first = { column: id, descending: kind === 'number' };
  if (order?.column !== id) return first;
  return order.descending === first.descending ? { column: id, descending: !first.descending } : undefined;
}
