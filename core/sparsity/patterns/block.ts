// Block sparsity: rectangles of r outputs × c inputs at one kernel position go as one.
import type { Pattern } from '../pattern';
import { tiles } from './tiles';

/** `block 4x4`. */
export const block = (rows: number, cols: number): Pattern =>
  tiles({ rows, positions: 1, inputs: cols }, `block ${rows}x${cols}`, `block ${rows}×${cols}`);
