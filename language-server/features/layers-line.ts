// One line about the layers that one line of code builds: a loop or a block class builds many.
import { formatExact, formatShare, layerLine } from '../../core/analysis/format';
import type { LayerReport } from '../../core/analysis/report';

/** `2,320 params (0.9 %) · 2:4 ✓ · channel ✗`, or for several `3 layers · 6,960 params (2.7 %) · 2:4 ✓ · channel 2 of 3`. */
export function layersLine(layers: readonly LayerReport[]): string {
  const [first, ...others] = layers;
  if (!first) return '';
  if (others.length === 0) return layerLine(first);
  const params = layers.reduce((n, layer) => n + layer.params, 0);
  const share = layers.reduce((n, layer) => n + layer.paramShare, 0);
  const labels = [...new Set(layers.flatMap(({ patterns }) => patterns.map(({ label }) => label)))];
  return [
    `${layers.length} layers`,
    `${formatExact(params)} params (${formatShare(share)})`,
    ...labels.map((label) => `${label} ${fitting(layers, label)}`),
  ].join(' · ');
}

function fitting(layers: readonly LayerReport[], label: string): string {
  const fits = layers.flatMap(({ patterns }) => patterns.filter((entry) => entry.label === label));
  const good = fits.filter(({ fit }) => fit.ok).length;
  if (good === 0) return '✗';
  return good === fits.length ? '✓' : `${good} of ${fits.length}`;
}
