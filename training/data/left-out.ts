// What is told of samples that could not be read, in one line.
import type { Skipped } from './dataset';

const shown = 3;

/** `2 samples were left out: red/0.png (it is truncated), …`, or nothing when all could be read. */
export function leftOut(skipped: readonly Skipped[]): string | undefined {
  if (skipped.length === 0) return undefined;
  const named = skipped.slice(0, shown).map(({ name, why }) => `${name} (${why})`);
  if (skipped.length > shown) named.push(`and ${skipped.length - shown} more`);
  return `${skipped.length} ${skipped.length === 1 ? 'sample was' : 'samples were'} left out: ${named.join(', ')}`;
}

/** A notice of a run, with what was left out told anew: more may be found while training. */
export function withLeftOut(notice: string | undefined, before: string | undefined, now: string): string {
  const others = before === undefined ? notice : notice?.replace(before, '').replace(/^; |; $/g, '');
  return others ? `${others}; ${now}` : now;
}
