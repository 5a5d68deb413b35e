// What the colours of the matrix mean.
import { h } from '../ui/dom';
import { weightText } from '../ui/format';
import { swatch } from '../ui/swatch';
import { type ColourMode, palette } from './raster';

export function legend(mode: ColourMode, reference: number): HTMLElement {
  const entry = (name: keyof ReturnType<typeof palette>, text: string) =>
    h(
      'span',
      {},
      swatch((theme) => palette(theme)[name]),
      text,
    );
  const limit = reference > 0 ? ` to ${weightText(reference)}` : '';
  const kept =
    mode === 'mask'
      ? [entry('kept', 'kept')]
      : [
          entry('negative', limit ? `negative, to ${weightText(-reference)}` : 'negative'),
          entry('positive', `positive${limit && `,${limit}`}`),
        ];
  return h('span', { class: 'legend quiet' }, ...kept, h('span', {}, prunedSwatch(), 'pruned'));
}

/** Pruned cells have nearly the ground's colour: the patch has a rim. */
function prunedSwatch(): HTMLElement {
  const element = swatch((theme) => palette(theme).pruned);
  element.classList.add('rimmed');
  return element;
}
