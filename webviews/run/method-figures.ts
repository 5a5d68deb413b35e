// What a method is about, drawn below what every run has: terms of its loss, numbers it tells. As many charts as it has names.
import { significant } from '../ui/format';
import { tickText } from '../ui/ticks';
import type { FigureSpec } from './figure';
import type { Key } from './metrics';
import { around } from './ranges';

/** Names that are alike before a colon share a chart; all terms of the loss share one. */
export function methodSpecs(keys: readonly Key[]): FigureSpec[] {
  const groups = new Map<string, { name: string; key: Key }[]>();
  for (const key of keys) {
    const name = key.slice(key.indexOf('/') + 1);
    const colon = name.indexOf(': ');
    const [title, own] = key.startsWith('part/')
      ? ['Terms of the loss', name]
      : colon < 0
        ? [name, name]
        : [name.slice(0, colon), name.slice(colon + 2)];
    groups.set(title, [...(groups.get(title) ?? []), { name: own, key }]);
  }
  return [...groups].map(([title, members]) => ({
    title,
    keys: members.map(({ key }) => key),
    lines: members.map(({ name }, i) => ({
      name,
      colour: ({ series }) => series[i % series.length]!,
      dots: true,
    })),
    range: around,
    tickText,
    valueText: significant,
    steps: false,
    phaseNames: false,
  }));
}
