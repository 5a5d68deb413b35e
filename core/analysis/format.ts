// The words and numbers that people read: lenses, hovers, trees and the command line print these and nothing else.
import type { LayerReport, ModelReport, PatternFit } from './report';
import { formatShape, shapeAt } from '../graph/shape';
import { isTwoFour } from '../sparsity/value-facts';
import type { WeightFacts } from './weight-facts';

const units = [
  { at: 1e12, suffix: ' T' },
  { at: 1e9, suffix: ' G' },
  { at: 1e6, suffix: ' M' },
  { at: 1e3, suffix: ' k' },
  { at: 1, suffix: '' },
];

/** `11.2 M`: three significant digits, whole numbers below a thousand. */
export const formatCount = (count: number): string => scaled(count).join('');

/** `81.1 MFLOPs`. */
export function formatFlops(flops: number): string {
  const [number, suffix] = scaled(flops);
  return `${number} ${suffix.trim()}FLOPs`;
}

/** `272,474`. */
export const formatExact = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `0.9 %`; shares below a twentieth of a percent are not called zero. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  return `${percent.toFixed(1).replace(/\.0$/, '')} %`;
}

/** `272,474 parameters · 81.1 MFLOPs · 20 of 22 layers prunable`, and `· 50 % zeros` where values are known. */
export function modelLine({ totals, graph }: ModelReport): string {
  const { params, flops, prunableLayers, layers, zeros } = totals;
  return [
    `${formatExact(params)} ${params === 1 ? 'parameter' : 'parameters'}`,
    // Weights alone do not say what is computed with them.
    ...(graph.nodes.length > 0 ? [formatFlops(flops)] : []),
    `${prunableLayers} of ${layers} ${layers === 1 ? 'layer' : 'layers'} prunable`,
    ...(zeros && zeros.of > 0 ? [`${formatShare(zeros.zeros / zeros.of)} zeros`] : []),
  ].join(' · ');
}

/** `1×3×224×224`, `16 tokens`: what one sample is, for which FLOPs are quoted. Empty where the input is unknown. */
export function inputLine({ graph }: ModelReport): string {
  const shapes = graph.inputs.map((id) => {
    const { shape = [], dtype } = graph.values[id] ?? {};
    const sizes = shapeAt(shape);
    // Whole numbers in a row are what a language model reads.
    return dtype === 'int32' && sizes.length === 2 ? `${sizes[1]} tokens` : formatShape(sizes);
  });
  const more = shapes.length - mostInputs;
  return shapes.slice(0, mostInputs).join(' and ') + (more > 0 ? ` and ${more} more` : '');
}

/** Inputs that a line can name. */
const mostInputs = 3;

/** `2,320 params (0.9 %) · 2:4 ✓ · channel ✗`. */
export function layerLine(layer: LayerReport): string {
  const size = `${formatExact(layer.params)} params (${formatShare(layer.paramShare)})`;
  return [size, ...layer.patterns.map(({ label, fit }) => `${label} ${fit.ok ? '✓' : '✗'}`)].join(' · ');
}

/** `50 % zeros · 2:4 · 3 of 64 outputs zero`: how sparse a stored weight is already. Empty where nothing is known. */
export function storedLine({ values }: WeightFacts): string {
  if (!values || values.elements === 0) return '';
  const { zeros, elements, zeroOutputs = 0, groups } = values;
  return [
    `${formatShare(zeros / elements)} zeros`,
    ...(isTwoFour(values) ? ['2:4 already'] : []),
    ...(groups && zeros > 0 && !isTwoFour(values)
      ? [`${formatShare(groups.sparse / groups.all)} of groups 2:4`]
      : []),
    ...(zeroOutputs > 0
      ? [`${formatExact(zeroOutputs)} zero ${zeroOutputs === 1 ? 'channel' : 'channels'}`]
      : []),
  ].join(' · ');
}

/** A markdown table for hovers: of one layer with the reasons, or of a whole model. */
export const layerTable = (of: LayerReport | ModelReport): string =>
  'layers' in of ? modelTable(of) : oneLayer(of);

function oneLayer(layer: LayerReport): string {
  const rows: [string, string][] = [
    ['output', `${formatShape(layer.input)} → ${formatShape(layer.output)}`],
    ['weight', layer.weight.join('×')],
    ['parameters', `${formatExact(layer.params)} (${formatShare(layer.paramShare)})`],
    ['FLOPs', `${formatFlops(layer.flops)} (${formatShare(layer.flopShare)})`],
    ...layer.patterns.map((entry): [string, string] => [entry.label, verdict(entry)]),
  ];
  return table(
    ['', `${layer.path || layer.op} (${layer.op})`],
    rows.filter(([, value]) => value !== ''),
  );
}

function modelTable({ layers }: ModelReport): string {
  const labels = [...new Set(layers.flatMap(({ patterns }) => patterns.map(({ label }) => label)))];
  const rows = layers.map((layer) => [
    layer.path || layer.op,
    layer.op,
    formatShape(layer.output),
    formatExact(layer.params),
    formatFlops(layer.flops),
    ...labels.map((label) => {
      const entry = layer.patterns.find((candidate) => candidate.label === label);
      return entry ? verdict(entry) : '';
    }),
  ]);
  return table(['layer', 'op', 'output', 'parameters', 'FLOPs', ...labels], rows);
}

const verdict = ({ fit }: PatternFit): string => (fit.ok ? '✓' : `✗ ${fit.reason}`);

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** Paths and reasons come from the user's file: a bar or a bracket in them must not become markup. */
const cell = (text: string): string => text.replace(/[\\|`*_[\]<>]/g, '\\$&').replace(/\s+/g, ' ');

function scaled(count: number): [string, string] {
  // 999.6 k would print as 1000 k, so the next unit begins where rounding to three digits reaches it.
  const unit = units.find(({ at }) => count >= at * (at > 1 ? 0.9995 : 1)) ?? units.at(-1)!;
  const value = count / unit.at;
  if (unit.at === 1) return [String(Number.isInteger(value) ? value : Number(value.toPrecision(3))), ''];
  return [value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0), unit.suffix];
}
