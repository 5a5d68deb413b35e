// The densities as a table: what the bars say, for those who read or hear tables.
import type { MaskLayer } from '../../core/protocol/training-host';
import { formatExact } from '../../core/analysis/format';
import { cell, fill, h } from '../ui/dom';
import { percent } from '../ui/format';

export class DensityTable {
  private readonly table = h('table');
  readonly element = h(
    'details',
    { class: 'density-table' },
    h('summary', {}, 'Densities as a table'),
    this.table,
  );

  show(layers: readonly MaskLayer[]): void {
    // The densities come first: beside the matrix there is room for two or three columns.
    const structural = layers.some(({ keptRows }) => keptRows);
    const columns = [
      'Layer',
      'Density',
      ...(structural ? ['Channels kept'] : []),
      'Rows × columns',
      'Weights',
    ];
    const rows = layers.map(({ path, rows, cols, density, keptRows }) => {
      const channels = keptRows ? `${keptRows.filter(Boolean).length} of ${rows}` : '–';
      const sizes = [`${rows} × ${cols}`, formatExact(rows * cols)];
      const values = [percent(density), ...(structural ? [channels] : []), ...sizes];
      return h('tr', {}, h('th', { scope: 'row' }, path), ...values.map((value) => cell(value, 'number')));
    });
    const head = columns.map((text, i) =>
      h('th', { scope: 'col', class: i > 0 ? 'number' : undefined }, text),
    );
    fill(this.table, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows));
  }
}

/** Share of all weights of these layers that is kept. */
export function totalDensity(layers: readonly MaskLayer[]): number {
  let [kept, all] = [0, 0];
  for (const { rows, cols, density } of layers) {
    all += rows * cols;
    kept += rows * cols * density;
  }
  return all === 0 ? 1 : kept / all;
}
