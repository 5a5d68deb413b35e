// Colours as numbers, for pixels and for mixing: theme tokens arrive as CSS text.

/** Red, green, blue 0 … 255 and opacity 0 … 1. */
export interface Rgba {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()` and `color(srgb …)`; undefined for anything else. */
export function parseColour(text: string): Rgba | undefined {
  const value = text.trim().toLowerCase();
  if (value.startsWith('#')) return parseHex(value.slice(1));
  const numbers = (value.match(/-?[\d.]+(e-?\d+)?%?/g) ?? []).map((part) =>
    part.endsWith('%') ? Number(part.slice(0, -1)) / 100 : Number(part),
  );
  const [r, g, b, a = 1] = numbers;
  if (r === undefined || g === undefined || b === undefined || numbers.some(Number.isNaN)) return undefined;
  if (value.startsWith('rgb')) return { r, g, b, a };
  if (value.startsWith('color(srgb ')) return { r: r * 255, g: g * 255, b: b * 255, a };
  return undefined;
}

function parseHex(digits: string): Rgba | undefined {
  if (!/^([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.test(digits)) return undefined;
  const wide = digits.length < 6 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const byte = (at: number) => parseInt(wide.slice(at, at + 2), 16);
  return { r: byte(0), g: byte(2), b: byte(4), a: wide.length === 8 ? byte(6) / 255 : 1 };
}

/** From `from` (0) to `to` (1), straight in sRGB: the eye compares neighbours here, not brightness. */
export function mix(from: Rgba, to: Rgba, share: number): Rgba {
  const at = (a: number, b: number) => a + (b - a) * share;
  return { r: at(from.r, to.r), g: at(from.g, to.g), b: at(from.b, to.b), a: at(from.a, to.a) };
}

/** What is seen when `colour` lies over an opaque ground. */
export const over = (colour: Rgba, ground: Rgba): Rgba => mix(ground, { ...colour, a: ground.a }, colour.a);

export const css = ({ r, g, b, a }: Rgba): string =>
  `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${Number(a.toFixed(3))})`;

/** Relative luminance, 0 … 1 (WCAG 2.2). */
export function luminance({ r, g, b }: Rgba): number {
  const linear = (channel: number) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio of two opaque colours, 1 … 21 (WCAG 2.2). */
export function contrast(a: Rgba, b: Rgba): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Distance in RGB that weighs channels as the eye does ("redmean"): 0 … about 765. */
export function distance(a: Rgba, b: Rgba): number {
  const red = (a.r + b.r) / 2;
  const [dr, dg, db] = [a.r - b.r, a.g - b.g, a.b - b.b];
  return Math.sqrt((2 + red / 256) * dr * dr + 4 * dg * dg + (2 + (255 - red) / 256) * db * db);
}

/**
 * Picks `count` colours of the candidates, in their order, that can be told from each other and from the ground.
 * Themes may leave a token out, make it translucent, or give two the same value; then the next candidate is taken.
 */
export function pickDistinct(candidates: readonly Rgba[], ground: Rgba, count: number): Rgba[] {
  // 3:1 is WCAG's bound for graphics; 120 keeps apart what reads as two colours, and blue from purple is just that.
  const seen = candidates.map((colour) => over(colour, ground));
  const picked: Rgba[] = [];
  for (const colour of seen) {
    if (picked.length === count) break;
    const apart = picked.every((other) => distance(other, colour) > 120);
    if (apart && contrast(colour, ground) >= 3) picked.push(colour);
  }
  for (const colour of seen) if (picked.length < count && !picked.includes(colour)) picked.push(colour);
  return picked;
}
