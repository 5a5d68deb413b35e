// The mask view: which weights of each layer were kept, down to the single weight.
import type { MaskLayer } from '../../core/protocol/training-host';
import { fill, h, setText } from '../ui/dom';
import { percent } from '../ui/format';
import { host, keep, kept } from '../ui/host';
import { ask, emptyState, reasonOf, start, type StateOf } from '../ui/start';
import { button, dropdown } from '../ui/toolkit';
import { DensityChart } from './density-chart';
import { DensityTable, totalDensity } from './density-table';
import { type CellFacts, describeCell } from './describe';
import { LayerList } from './layer-list';
import { LayerSource, type FetchPage } from './layer-source';
import { legend } from './legend';
import { strideFor } from './level';
import { MatrixView } from './matrix-view';
import type { ColourMode } from './raster';
import { readKept } from './kept';
import type { Viewport } from './viewport';
import './mask.css';

const fetchPage: FetchPage = (request, signal) =>
  host.call('masks/page', request, { signal, timeout: 60_000 });

class MaskView {
  private mode: ColourMode;
  private source: LayerSource | undefined;
  private facts: CellFacts | undefined;
  private readonly matrix: MatrixView;
  private readonly list: LayerList;
  private readonly chart: DensityChart;
  private readonly table = new DensityTable();
  private readonly summary = h('p', { class: 'quiet' });
  private readonly hint = h('span', { class: 'quiet' });
  private readonly status = h('div', { class: 'status', role: 'status', 'aria-live': 'polite' });
  private readonly key = h('div', { class: 'key' });
  private shownKey = '';

  constructor(
    private readonly root: HTMLElement,
    private layers: readonly MaskLayer[],
    title: string,
  ) {
    const state = readKept(kept(), layers);
    this.mode = state.mode;
    this.matrix = new MatrixView(fetchPage, {
      onCell: (facts) => this.tell(facts),
      onMove: (view) => this.moved(view),
    });
    this.list = new LayerList(layers, (index) => this.choose(index));
    this.chart = new DensityChart(layers, {
      onChoose: (index) => this.list.choose(index),
      onHover: (index) => this.hover(index),
    });
    this.matrix.colour(this.mode);
    this.build(title);
    this.showTotals();
    this.list.choose(state.index);
    if (!state.view) return;
    keep({ viewport: state.view });
    this.matrix.show(this.source!, state.view);
  }

  /** What the run has now; false where these are other layers, so that the view must be built anew. */
  update(layers: readonly MaskLayer[]): boolean {
    const same = (layer: MaskLayer, i: number) => {
      const known = this.layers[i];
      return known?.param === layer.param && known.rows === layer.rows && known.cols === layer.cols;
    };
    if (layers.length !== this.layers.length || !layers.every(same)) return false;
    this.layers = layers;
    this.list.update(layers);
    this.chart.update(layers);
    this.showTotals();
    const param = this.source?.layer.param;
    const layer = layers.find((candidate) => candidate.param === param);
    if (layer) this.source?.refresh(layer);
    this.matrix.reload();
    return true;
  }

  /** Ends what listens and is asked for; the elements go with the page. */
  dispose(): void {
    this.source?.dispose();
    this.matrix.dispose();
    this.chart.dispose();
  }

  private build(title: string): void {
    const modes = [
      { id: 'mask', name: 'Kept and pruned' },
      { id: 'weights', name: 'Sign and magnitude' },
    ];
    const toolbar = h(
      'div',
      { class: 'toolbar' },
      dropdown('Colour', modes, this.mode, (id) => this.colour(id === 'weights' ? 'weights' : 'mask')),
      this.key,
      h('span', { class: 'spacer' }),
      button('−', { label: 'Zoom out', onClick: this.matrix.zoomOut }),
      button('+', { label: 'Zoom in', onClick: this.matrix.zoomIn }),
      button('Fit', { label: 'Show the whole layer', onClick: () => this.matrix.fit() }),
    );
    fill(
      this.root,
      h('header', {}, h('div', { class: 'titles' }, h('h1', {}, title), this.summary)),
      h('section', { class: 'overview' }, h('h2', {}, 'Density per layer ', this.hint), this.chart.element),
      h('div', { class: 'layers' }, this.list.element, this.table.element),
      h('section', { class: 'layer-view' }, toolbar, this.matrix.element, this.status),
    );
  }

  private showTotals(): void {
    setText(this.summary, summary(this.layers));
    this.table.show(this.layers);
  }

  private choose(index: number): void {
    const layer = this.layers[index]!;
    this.source?.dispose();
    this.source = new LayerSource(layer, fetchPage, () => {
      this.matrix.changed();
      this.describe();
    });
    this.chart.choose(index);
    keep({ param: layer.param, viewport: undefined });
    this.matrix.show(this.source);
  }

  private colour(mode: ColourMode): void {
    this.mode = mode;
    keep({ mode });
    this.matrix.colour(mode);
    this.describe();
  }

  private moved(view: Viewport): void {
    keep({ viewport: view });
    this.describe();
  }

  private hover(index: number | undefined): void {
    const layer = index === undefined ? undefined : this.layers[index];
    setText(this.hint, layer ? `${layer.path}, ${percent(layer.density)}` : '');
  }

  private tell(facts: CellFacts | undefined): void {
    this.facts = facts;
    this.describe();
  }

  /** The status line and the legend, from what is known now. */
  private describe(): void {
    const { source, facts } = this;
    if (!source) return;
    const stride = strideFor(this.matrix.scale);
    const averaged =
      stride > 1
        ? `each pixel averages ${stride} × ${stride} weights; zoom in for single ones`
        : 'each cell is one weight';
    const { path, rows, cols, density } = source.layer;
    const layerLine = `${path} · ${rows} outputs × ${cols} inputs · ${percent(density)} kept · ${averaged}`;
    const busy = source.busy ? ' · loading' : '';
    this.status.classList.toggle('failed', source.error !== undefined);
    setText(
      this.status,
      source.error
        ? `${path} could not be read: ${source.error}`
        : facts
          ? describeCell(facts)
          : layerLine + busy,
    );
    const structural = source.layer.keptRows !== undefined;
    const text = `${this.mode} ${source.reference} ${structural}`;
    if (text === this.shownKey) return;
    this.shownKey = text;
    fill(this.key, legend(this.mode, source.reference, structural));
  }
}

function summary(layers: readonly MaskLayer[]): string {
  const count = `${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}`;
  if (layers.every(({ density }) => density === 1))
    return `${count}, nothing pruned yet: masks come with the first checkpoint after pruning has begun`;
  return `${count}, ${percent(totalDensity(layers))} of their weights kept`;
}

let shown: MaskView | undefined;

function show(root: HTMLElement, { title, layers }: StateOf<'mask'>): void {
  if (shown?.update(layers)) return;
  shown?.dispose();
  shown = undefined;
  root.classList.toggle('split', layers.length > 0);
  if (layers.length > 0) {
    shown = new MaskView(root, layers, title);
    return;
  }
  const again = h('button', { class: 'link', type: 'button' }, 'Look again');
  again.addEventListener('click', () => void refresh(root));
  fill(
    root,
    emptyState(
      'No layer to show',
      `${title} has no convolution or linear layer that was recorded so far. If the run has just begun, its first checkpoint brings them: let it train on, or resume it from the run view, and look again.`,
      again,
    ),
  );
}

/** A run that trains on prunes on: what is shown is asked for again, at most once in this many milliseconds. */
const refreshEvery = 5000;
let refreshed = 0;

async function refresh(root: HTMLElement): Promise<void> {
  refreshed = Date.now();
  try {
    show(root, await ask('mask'));
  } catch (error) {
    fill(root, emptyState('The masks could not be read', reasonOf(error)));
  }
}

start('mask', (root, state) => {
  show(root, state);
  host.on('run/progress', ({ point }) => {
    if (point.layerDensity && Date.now() - refreshed > refreshEvery) void refresh(root);
  });
  host.on('run/ended', () => void refresh(root));
});
