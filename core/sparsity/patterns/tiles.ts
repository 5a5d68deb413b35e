// Tiles of a weight: boxes of outputs × kernel positions × inputs that go as one. Blocks and 3-D tiles are made of it.
import { bytesPerElement } from '../../graph/cost';
import { fits, misfit } from '../fit';
import { packMask } from '../mask';
import type { Pattern, WeightMatrix } from '../pattern';
import { keepHighest } from './keep-highest';

/** Sizes of one tile. */
export interface Tile {
  readonly rows: number;
  /** Kernel positions, in their row-major order; 1 never joins two. */
  readonly positions: number;
  readonly inputs: number;
}

interface Grid extends Tile {
  /** Kernel positions and inputs of the whole weight. */
  readonly all: { readonly positions: number; readonly inputs: number };
  readonly count: number;
}

/** The pattern of one size of tile. Throws where the size is none. */
export function tiles(tile: Tile, id: string, label = id): Pattern {
  const sizes = [tile.rows, tile.positions, tile.inputs];
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1) || sizes.every((size) => size === 1))
    throw new Error(`${id} is no pattern: sides are whole numbers from 1 on, and one at least is above 1`);
  return {
    ...{ id, label, kind: 'weight', sparsity: { min: 0, max: 0.99 } },
    fits: (weight) => {
      const reason = misfitReason(tile, weight);
      return reason === undefined ? fits : misfit(reason);
    },

    /** Keeps the tiles with the largest sums of scores. Equal sums fall to the tile that comes first. */
    mask(scores, weight, density) {
      const grid = gridOf(tile, weight);
      const place = placesOf(grid, weight);
      const sums = new Float64Array(grid.count);
      place.forEach((at, i) => (sums[at]! += scores[i]!));
      const kept = keepHighest(sums, Math.round(density * grid.count));
      return packMask(
        [weight.rows, weight.cols],
        Uint8Array.from(place, (at) => kept[at]!),
      );
    },

    /** The kept tiles' values, a 4-byte place for each and a 4-byte start for each row of tiles. */
    bytes(weight, dtype, density = 1) {
      const kept = Math.round(density * gridOf(tile, weight).count);
      const values = kept * tile.rows * tile.positions * tile.inputs;
      return values * bytesPerElement[dtype] + 4 * kept + 4 * (weight.rows / tile.rows + 1);
    },
  };
}

const wholeOf = ({ cols, reduction }: WeightMatrix) => {
  const inputs = reduction?.at(-1) ?? cols;
  return { inputs, positions: cols / inputs };
};

function misfitReason(tile: Tile, weight: WeightMatrix): string | undefined {
  const { inputs, positions } = wholeOf(weight);
  const sides = [
    [weight.rows, tile.rows, 'outputs'],
    [positions, tile.positions, 'kernel positions'],
    [inputs, tile.inputs, 'inputs'],
  ] as const;
  const bad = sides.find(([all, size]) => all % size !== 0);
  if (bad) return `its ${bad[0]} ${bad[2]} are not divisible by ${bad[1]}`;
  const whole = sides.every(([all, size]) => all === size);
  return whole ? 'the whole weight is a single tile' : undefined;
}

function gridOf(tile: Tile, weight: WeightMatrix): Grid {
  const all = wholeOf(weight);
  const [rows, positions, inputs] = [
    weight.rows / tile.rows,
    all.positions / tile.positions,
    all.inputs / tile.inputs,
  ];
  if (![rows, positions, inputs].every(Number.isInteger))
    throw new Error(`a weight of ${weight.rows} × ${weight.cols}: ${misfitReason(tile, weight)}`);
  return { ...tile, all, count: rows * positions * inputs };
}

/** The tile of each weight, in matrix order. */
function placesOf({ rows, positions, inputs, all }: Grid, weight: WeightMatrix): Uint32Array {
  const [across, deep] = [all.inputs / inputs, all.positions / positions];
  const out = new Uint32Array(weight.rows * weight.cols);
  let i = 0;
  for (let row = 0; row < weight.rows; row++)
    for (let position = 0; position < all.positions; position++) {
      const start = (Math.floor(row / rows) * deep + Math.floor(position / positions)) * across;
      for (let input = 0; input < all.inputs; input++) out[i++] = start + Math.floor(input / inputs);
    }
  return out;
}
