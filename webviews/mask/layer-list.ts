// The layers to choose from: a list box with path, shape, and density as a bar. Arrows move and choose.
import type { MaskLayer } from '../../core/protocol/training-host';
import { h, setText } from '../ui/dom';
import { percent } from '../ui/format';

export class LayerList {
  readonly element: HTMLElement;
  private readonly options: HTMLElement[];
  private chosen = -1;

  constructor(
    layers: readonly MaskLayer[],
    private readonly onChoose: (index: number) => void,
  ) {
    this.options = layers.map(option);
    this.element = h(
      'div',
      { class: 'layer-list', role: 'listbox', tabindex: 0, 'aria-label': 'Layers with a mask' },
      ...this.options,
    );
    this.options.forEach((element, index) => element.addEventListener('click', () => this.choose(index)));
    this.element.addEventListener('keydown', (event) => this.key(event));
  }

  /** Marks a layer as chosen and brings it into sight; tells who listens only where it changed. */
  choose(index: number): void {
    if (index === this.chosen) return;
    this.options[this.chosen]?.setAttribute('aria-selected', 'false');
    this.chosen = index;
    const option = this.options[index]!;
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.element.setAttribute('aria-activedescendant', option.id);
    this.onChoose(index);
  }

  /** The same layers, pruned further. */
  update(layers: readonly MaskLayer[]): void {
    layers.forEach(({ density }, index) => {
      const option = this.options[index]!;
      setText(option.querySelector('.share')!, percent(density));
      option.querySelector<HTMLElement>('.bar > div')!.style.width = `${density * 100}%`;
    });
  }

  private key(event: KeyboardEvent): void {
    const last = this.options.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, this.chosen + 1),
      ArrowUp: Math.max(0, this.chosen - 1),
      PageDown: Math.min(last, this.chosen + 10),
      PageUp: Math.max(0, this.chosen - 10),
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.choose(target);
  }
}

function option({ path, rows, cols, density }: MaskLayer, index: number): HTMLElement {
  const fill = h('div');
  fill.style.width = `${density * 100}%`;
  return h(
    'div',
    { id: `layer-${index}`, class: 'layer', role: 'option', 'aria-selected': 'false', title: path },
    h('span', { class: 'path' }, path),
    h('span', { class: 'share' }, percent(density)),
    h('span', { class: 'shape' }, `${rows} × ${cols}`),
    h('span', { class: 'bar', 'aria-hidden': 'true' }, fill),
  );
}
