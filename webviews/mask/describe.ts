// A cell in words, for the status line and for those who hear it.
import { percent, weightText } from '../ui/format';

export interface CellFacts {
  readonly row: number;
  readonly col: number;
  /** 0 … 1; undefined while its page is on the way. */
  readonly density?: number;
  /** Of this one weight; undefined where only an average of several is known. */
  readonly weight?: number;
  /** Weights along the side of the square that `density` is the average of. */
  readonly stride: number;
  readonly group?: { readonly index: number; readonly size: number; readonly kept?: number };
  /** For structural runs: whether the output channel was kept. */
  readonly channelKept?: boolean;
}

export function describeCell(facts: CellFacts): string {
  const parts = [`row ${facts.row}, column ${facts.col}`];
  if (facts.density === undefined) return `${parts[0]} · loading`;
  if (facts.stride > 1) {
    parts.push(`${percent(facts.density)} of these ${facts.stride} × ${facts.stride} weights kept`);
  } else {
    if (facts.weight !== undefined) parts.push(`weight ${weightText(facts.weight)}`);
    parts.push(facts.density > 0 ? 'kept' : 'pruned');
  }
  if (facts.channelKept !== undefined)
    parts.push(
      facts.channelKept ? `output channel ${facts.row} kept` : `output channel ${facts.row} removed`,
    );
  const { group } = facts;
  if (group?.kept !== undefined && facts.stride === 1)
    parts.push(`group ${group.index} keeps ${group.kept} of ${group.size}`);
  return parts.join(' · ');
}
