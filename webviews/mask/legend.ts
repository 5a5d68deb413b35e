// What the colours of the matrix mean.
import { h } from '../ui/dom';
import { weightText } from '../ui/format';
import { swatch } from '../ui/swatch';
import { type ColourMode, palette } from './raster';

/** @param reference magnitude that gets the full colour; 0 while it is not known */
export function legend(mode: ColourMode, reference: number, structural: boolean): HTMLElement {
  const entry = (name: 'kept' | 'negative' | 'positive', text: string) =>
    h(
      'span',
      {},
      swatch((theme) => palette(theme)[name]),
      text,
    );
  const upTo = (limit: number) => (reference > 0 ? `, to ${weightText(limit)}` : '');
  const kept =
    mode === 'mask'
      ? [entry('kept', 'kept')]
      : [entry('negative', `negative${upTo(-reference)}`), entry('positive', `positive${upTo(reference)}`)];
  const channels = structural && h('span', {}, 'bars: output channels kept');
  return h('span', { class: 'legend quiet' }, ...kept, h('span', {}, prunedSwatch(), 'pruned'), channels);
}

/** Pruned cells have nearly the ground's colour: the patch has a rim. */
function prunedSwatch(): HTMLElement {
  const element = swatch((theme) => palette(theme).pruned);
  element.classList.add('rimmed');
  return element;
}
