// Which colour a run has, in the table and in every chart.
import type { Rgba } from '../ui/colour';
import type { Theme } from '../ui/theme';

/** More runs than colours begin again: the legend's order still tells them apart. */
export const seriesColour =
  (index: number) =>
  ({ series }: Theme): Rgba =>
    series[index % series.length]!;
