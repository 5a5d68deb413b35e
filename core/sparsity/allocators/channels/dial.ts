// One way of making a model smaller, in steps from nothing gone to the least that stays: what is turned until a budget is met.
import type { GroupId, PruneGroup } from '../../../graph/coupling/group';
import type { Widths } from '../../../graph/width-cost';

/** The channels of each group that stay, ascending. */
export type Kept = ReadonlyMap<GroupId, Uint32Array>;

export interface Dial {
  /** Steps from the dense model, 0, to the least that stays. */
  readonly steps: number;
  /** What stays at a step, 0 … {@link steps}: of no group more than at the step before. */
  kept(step: number): Kept;
}

export const widthsOf = (kept: Kept): Widths =>
  new Map([...kept].map(([id, channels]) => [id, channels.length]));

/** The first step that fits, where every later one fits too; {@link Dial.steps} + 1 where none does. */
export function firstThat({ steps }: Pick<Dial, 'steps'>, fits: (step: number) => boolean): number {
  let [low, high] = [0, steps + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The `width` channels with the largest scores, ascending; of equals the first. */
export function largest(scores: Float64Array, width: number): Uint32Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Uint32Array.from(order.slice(0, width)).sort();
}

/** The first channels of each group: for what hangs on widths alone, such as costs and times. */
export const firstOf = (widths: Widths): Kept =>
  new Map([...widths].map(([id, width]) => [id, Uint32Array.from(Array(width).keys())]));

/** The same share of every group, down to the widths that `least` leaves. */
export function evenDial(groups: readonly PruneGroup[], least: Widths, steps = 4096): Dial {
  return {
    steps,
    kept: (step) =>
      firstOf(
        new Map(
          groups.map(({ id, channels }) => [
            id,
            channels - Math.round((step / steps) * (channels - (least.get(id) ?? 1))),
          ]),
        ),
      ),
  };
}
