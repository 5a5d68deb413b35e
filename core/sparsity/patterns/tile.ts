// 3-D tiles of a convolution: o outputs × k kernel positions × i inputs go as one.
import type { Pattern } from '../pattern';
import { tiles } from './tiles';

/** `tile 4x9x4`: of a 3×3 kernel, all nine positions of four outputs and four inputs. */
export const tile = (rows: number, positions: number, inputs: number): Pattern =>
  tiles(
    { rows, positions, inputs },
    `tile ${rows}x${positions}x${inputs}`,
    `tile ${rows}×${positions}×${inputs}`,
  );
