// Numbers as people read them in views: steady widths, real minus signs, no false digits.

/** `50.0 %`: one decimal always, so that columns line up. */
export const percent = (share: number): string => `${minus((share * 100).toFixed(1))} %`;

/** `0.0123 ms`, `1.23 ms`, `123 ms`: three significant digits. */
export function milliseconds(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return `${significant(value)} ms`;
}

/** Decimals that give the middle one of these numbers three significant digits: a column with them lines up. */
export function commonDecimals(values: readonly number[]): number {
  const sorted = values.filter((value) => value > 0 && Number.isFinite(value)).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] ?? 1;
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(middle))));
}

/** Three significant digits without an exponent. */
export function significant(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return Number.isFinite(value) ? '0' : '–';
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return minus(value.toFixed(decimals));
}

/** A weight: four decimals where they say something, an exponent where they do not. */
export function weightText(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'not a number' : `${value > 0 ? '' : '−'}infinite`;
  const magnitude = Math.abs(value);
  if (value === 0) return '0';
  return minus(magnitude >= 1e-3 && magnitude < 1e4 ? value.toFixed(4) : value.toExponential(2));
}

/** `+0.3`, `−1.2`: percentage points between two shares. */
export function points(from: number, to: number): string {
  const difference = (to - from) * 100;
  if (Math.abs(difference) < 0.005) return '±0.00';
  return `${difference > 0 ? '+' : ''}${minus(difference.toFixed(2))}`;
}

/** `14 Oct 2026, 09:30` in the reader's own language and zone; the text itself where it is no date. */
export function dateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A hyphen is no minus: it is shorter than the digits' plus and breaks lines. */
const minus = (text: string): string => text.replaceAll('-', '−');
