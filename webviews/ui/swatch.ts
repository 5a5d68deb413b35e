// A legend's colour patch, which follows the theme.
import { css } from './colour';
import { h } from './dom';
import { onThemeChange, type Theme, theme } from './theme';
import type { Rgba } from './colour';

export type SwatchShape = 'block' | 'line' | 'dashed';

export function swatch(pick: (theme: Theme) => Rgba, shape: SwatchShape = 'block'): HTMLElement {
  const element = h('span', { class: `swatch ${shape}`, 'aria-hidden': 'true' });
  const paint = (current: Theme) => (element.style.color = css(pick(current)));
  paint(theme());
  const stop = onThemeChange((current) => (element.isConnected ? paint(current) : stop()));
  return element;
}
