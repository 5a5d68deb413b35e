// Layers with weights and real masks: random weights, pruned by the patterns that training uses.
import type { MaskLayer, MaskPage } from '../../../core/protocol/training-host';
import type { ParamsOf } from '../../../core/protocol/typed';
import type { ViewRequests } from '../../../core/protocol/webview';
import { density, isKept, type Mask } from '../../../core/sparsity/mask';
import { channel } from '../../../core/sparsity/patterns/channel';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { normal } from './random';

export interface PrunedLayer {
  readonly layer: MaskLayer;
  readonly weights: Float32Array;
  readonly mask: Mask;
}

/** The convolutions and the head of examples/pytorch/convnet.py: rows × reduction. */
const convnet: readonly (readonly [path: string, rows: number, cols: number])[] = [
  ['stem.0', 16, 9],
  ['layers.0.conv1', 16, 144],
  ['layers.0.conv2', 16, 144],
  ['layers.1.conv1', 32, 144],
  ['layers.1.conv2', 32, 288],
  ['layers.1.shortcut.0', 32, 16],
  ['layers.2.conv1', 64, 288],
  ['layers.2.conv2', 64, 576],
  ['layers.2.shortcut.0', 64, 32],
  ['head', 10, 64],
];

export const twoFourLayers = (seed = 1): PrunedLayer[] =>
  convnet.map(([path, rows, cols], i) => {
    // 9 does not divide by 4: the stem stays dense and has no groups, as in a real run.
    const fits = cols % 4 === 0;
    return pruned(path, rows, cols, fits ? 'n:m' : 'channel', fits ? 0.5 : 1, seed * 100 + i);
  });

export const channelLayers = (): PrunedLayer[] =>
  convnet.map(([path, rows, cols], i) =>
    // A network's first channels and its classes are what pruning leaves alone.
    pruned(
      path,
      rows,
      cols,
      'channel',
      [0.75, 0.56, 0.75, 0.56, 0.69, 0.69, 0.42, 0.61, 0.61, 1][i]!,
      300 + i,
    ),
  );

/** One layer of the size that language models have. */
export const largeLayer = (): PrunedLayer[] =>
  (large ??= [pruned('blocks.0.mlp.up', 4096, 4096, 'n:m', 0.5, 7)]);
let large: PrunedLayer[] | undefined;

function pruned(
  path: string,
  rows: number,
  cols: number,
  kind: 'n:m' | 'channel',
  share: number,
  seed: number,
): PrunedLayer {
  const next = normal(seed);
  const spread = Math.sqrt(2 / cols);
  // Output channels differ in size, as they do in trained networks.
  const gains = Array.from({ length: rows }, () => 0.35 + Math.abs(next()) * 0.7);
  const dense = Float32Array.from(
    { length: rows * cols },
    (_, i) => next() * spread * gains[Math.floor(i / cols)]!,
  );
  const pattern = kind === 'n:m' ? twoFour : channel;
  const mask = pattern.mask(dense.map(Math.abs), { rows, cols }, share);
  const layer: MaskLayer = {
    path,
    param: `${path}.weight`,
    rows,
    cols,
    density: density(mask),
    ...(kind === 'n:m' ? { groupSize: 4 } : {}),
    ...(kind === 'channel' && share < 1
      ? { keptRows: Array.from({ length: rows }, (_, row) => isKept(mask, row * cols)) }
      : {}),
  };
  return { layer, mask, weights: dense.map((weight, i) => (isKept(mask, i) ? weight : 0)) };
}

/** A window of a layer as the training host answers it. */
export function maskPage(
  { layer, mask, weights }: PrunedLayer,
  { row, col, rows, cols, stride }: ParamsOf<ViewRequests, 'masks/page'>,
): MaskPage {
  const [high, wide] = [Math.ceil(rows / stride), Math.ceil(cols / stride)];
  const densities = Buffer.alloc(high * wide);
  for (let r = 0; r < high; r++) {
    for (let c = 0; c < wide; c++) {
      let [kept, all] = [0, 0];
      for (let i = r * stride; i < Math.min(rows, (r + 1) * stride); i++) {
        for (let j = c * stride; j < Math.min(cols, (c + 1) * stride); j++) {
          kept += isKept(mask, (row + i) * layer.cols + col + j) ? 1 : 0;
          all++;
        }
      }
      densities[r * wide + c] = Math.round((kept / all) * 255);
    }
  }
  const page = { rows: high, cols: wide, density: densities.toString('base64') };
  if (stride > 1) return page;
  const values = Buffer.alloc(rows * cols * 4);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++)
      values.writeFloatLE(weights[(row + r) * layer.cols + col + c]!, (r * cols + c) * 4);
  return { ...page, weights: values.toString('base64') };
}
