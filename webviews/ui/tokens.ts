// What drawing needs to know of the editor's theme. Types alone, so that pure code can be tested without a page.
import type { Rgba } from './colour';

export interface Theme {
  readonly kind: 'light' | 'dark';
  readonly highContrast: boolean;
  readonly reducedMotion: boolean;
  /** Opaque ground that everything is drawn on. */
  readonly background: Rgba;
  readonly foreground: Rgba;
  /** Secondary text: axes, units. */
  readonly muted: Rgba;
  /** Hairlines of grids and frames. */
  readonly grid: Rgba;
  readonly border: Rgba;
  readonly focus: Rgba;
  /** Colours of series, in order, distinct from each other and the ground: `charts.*` where the theme has them. */
  readonly series: readonly Rgba[];
  readonly fontFamily: string;
  readonly fontSize: number;
  /** Changes with every re-read: what was drawn from an older theme is stale. */
  readonly version: number;
}
