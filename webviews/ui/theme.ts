// The editor's theme as values a canvas can use: read from --vscode-* variables, read again when they change.
import { mix, over, parseColour, pickDistinct, type Rgba } from './colour';
import type { Theme } from './tokens';

export type { Theme };

const listeners = new Set<(theme: Theme) => void>();
let current: Theme | undefined;

export const theme = (): Theme => (current ??= readTheme(1));

/** Calls back after each change. Answers with a way to stop. */
export function onThemeChange(listener: (theme: Theme) => void): () => void {
  if (listeners.size === 0 && !current) current = readTheme(1);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

// VS Code writes the variables on <html style> and the kind on <body class>, together: one re-read serves both.
const observer = new MutationObserver(() => {
  const read = readTheme(theme().version + 1);
  if (sameTheme(read, theme())) return;
  current = read;
  for (const listener of listeners) listener(read);
});
observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });

const sameTheme = (a: Theme, b: Theme): boolean =>
  JSON.stringify({ ...a, version: 0 }) === JSON.stringify({ ...b, version: 0 });

function readTheme(version: number): Theme {
  const style = getComputedStyle(document.documentElement);
  const classes = document.body.classList;
  const light = classes.contains('vscode-light') || classes.contains('vscode-high-contrast-light');
  const highContrast =
    classes.contains('vscode-high-contrast') || classes.contains('vscode-high-contrast-light');
  const token = (...names: string[]): Rgba | undefined => {
    for (const name of names) {
      const colour = parseColour(style.getPropertyValue(`--vscode-${name}`));
      if (colour && colour.a > 0) return colour;
    }
    return undefined;
  };
  const white = { r: 255, g: 255, b: 255, a: 1 };
  const ink = { r: 31, g: 31, b: 31, a: 1 };
  const background = { ...(token('editor-background') ?? (light ? white : ink)), a: 1 };
  const foreground = over(token('charts-foreground', 'foreground') ?? (light ? ink : white), background);
  const border = over(token('contrastBorder', 'panel-border', 'widget-border') ?? foreground, background);
  // charts.orange is translucent in the default themes and missing in high contrast: its hue is used, or yellow's.
  const names = [['blue'], ['orange', 'yellow'], ['green'], ['purple'], ['red'], ['yellow']];
  const charts = names.map((choices) => token(...choices.map((name) => `charts-${name}`)));
  return {
    kind: light ? 'light' : 'dark',
    highContrast,
    reducedMotion:
      classes.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches,
    background,
    foreground,
    muted: over(token('descriptionForeground') ?? { ...foreground, a: 0.75 }, background),
    // Half of charts.lines again: a grid must lie behind the data. In high contrast it stays as strong as the theme says.
    grid: mix(background, over(token('charts-lines') ?? foreground, background), highContrast ? 0.8 : 0.35),
    border,
    focus: over(token('focusBorder') ?? foreground, background),
    series: pickDistinct(
      [...charts.filter((colour) => colour !== undefined).map((colour) => ({ ...colour, a: 1 })), foreground],
      background,
      4,
    ),
    fontFamily: style.getPropertyValue('--vscode-font-family').trim() || 'system-ui, sans-serif',
    fontSize: Number.parseFloat(style.getPropertyValue('--vscode-font-size')) || 13,
    version,
  };
}

/** A font for canvas text, `delta` pixels from the editor's own size. Digits are as wide as each other. */
export const font = ({ fontFamily, fontSize }: Theme, delta = -2, weight = ''): string =>
  `${weight} ${Math.max(9, fontSize + delta)}px ${fontFamily}`;
