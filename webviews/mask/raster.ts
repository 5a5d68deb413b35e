// A page becomes pixels: one a cell.
import { mix, type Rgba } from '../ui/colour';
import type { Theme } from '../ui/tokens';
import type { Page } from './page';

/** `mask`: kept or pruned. `weights`: kept weights by sign and magnitude, where single weights are known. */
export type ColourMode = 'mask' | 'weights';

/** What a mask is painted with. Pruned is the editor's own ground, a touch towards the foreground to be seen as a cell. */
export interface Palette {
  readonly pruned: Rgba;
  readonly kept: Rgba;
  readonly positive: Rgba;
  readonly negative: Rgba;
  /** Share of the full colour that the smallest kept weight gets. */
  readonly faintest: number;
}

export function palette({ background, foreground, series, highContrast }: Theme): Palette {
  const [positive = foreground, negative = foreground] = series;
  return {
    pruned: highContrast ? background : mix(background, foreground, 0.07),
    kept: positive,
    positive,
    negative,
    faintest: highContrast ? faintest.highContrast : faintest.usual,
  };
}

/** The faintest kept weight still stands out from a pruned one; more so in high contrast. */
const faintest = { usual: 0.3, highContrast: 0.5 };

/**
 * The colour of each cell of a page, by its index.
 * @param reference magnitude that gets the full colour
 */
export function shader(
  page: Page,
  mode: ColourMode,
  reference: number,
  colours: Palette,
): (cell: number) => Rgba {
  const { pruned, kept, positive, negative, faintest } = colours;
  // 256 shades, mixed once a page instead of once a pixel.
  const shades = (to: Rgba) => Array.from({ length: 256 }, (_, level) => mix(pruned, to, level / 255));
  const { density, weights } = page;
  if (mode === 'mask' || !weights) {
    const plain = shades(kept);
    return (cell) => plain[density[cell]!]!;
  }
  const [plus, minus] = [shades(positive), shades(negative)];
  return (cell) => {
    if (density[cell] === 0) return pruned;
    const weight = weights[cell]!;
    const share = Math.min(1, Math.abs(weight) / (reference || 1));
    const level = Math.round((faintest + (1 - faintest) * (Number.isNaN(share) ? 1 : share)) * 255);
    return (weight < 0 ? minus : plus)[level]!;
  };
}

/** RGBA bytes, row-major, one pixel a cell. */
export function paintPage(
  { rows, cols }: Page,
  shade: (cell: number) => Rgba,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rows * cols * 4);
  for (let cell = 0; cell < rows * cols; cell++) {
    const { r, g, b } = shade(cell);
    pixels[cell * 4] = r;
    pixels[cell * 4 + 1] = g;
    pixels[cell * 4 + 2] = b;
    pixels[cell * 4 + 3] = 255;
  }
  return pixels;
}

/** The 98th percentile of the kept magnitudes: a few outliers do not wash out the rest. 0 where nothing is kept. */
export function referenceMagnitude({ density, weights }: Page): number {
  if (!weights) return 0;
  const kept = weights.filter((weight, i) => density[i]! > 0 && Number.isFinite(weight)).map(Math.abs);
  return kept.length === 0 ? 0 : kept.sort()[Math.floor((kept.length - 1) * 0.98)]!;
}
