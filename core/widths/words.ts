// How layers and their widths are listed in a line.
import type { ChangingNumber } from './numbers';

type Named = Omit<ChangingNumber, 'value'>;

/** Beyond this many a line is no line any more. */
const most = 4;

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** `conv1 (64 → 40), conv2 (64 → 52) and 3 more`; those with the same width are told together. */
export function named(numbers: readonly Named[]): string {
  const parts = [...groupBy(numbers, ({ from, to }) => `${from} ${to}`).values()].map((all) => {
    const [{ from, to }] = all as [Named];
    const layers = [...new Set(all.map(({ layer }) => layer))];
    const shown = layers.length > 2 ? `${layers[0]} and ${layers.length - 1} more` : layers.join(', ');
    return `${shown} (${from === to ? `stays ${from}` : `${from} → ${to}`})`;
  });
  if (parts.length <= most) return parts.join('; ');
  return `${parts.slice(0, most).join('; ')} and ${parts.length - most} other widths`;
}
