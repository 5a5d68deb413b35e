// The interpreters of coupling rules: what each does to the channels of a node's inputs, outputs and parameters.
import type { CouplingRule } from '../rule';
import type { Interpret } from './interpret';
import { join } from './join';
import { constant, embedding, index, parameter } from './leaf';
import { mix } from './mix';
import { concat, expand, interleave, pad, permute, repetition, slice } from './move';
import { groups, pass, passLast, window } from './pass';
import { attention, matmul } from './product';
import { reduce, reorder } from './reduce';
import { einsum } from './einsum';
import { scan } from './scan';
import { columns, reshape, shuffle } from './reshape';

export const interpreters: Readonly<Record<CouplingRule, Interpret>> = {
  pass,
  passLast,
  groups,
  window,
  reduce,
  reorder,
  join,
  mix,
  concat,
  slice,
  pad,
  reshape,
  permute,
  expand,
  repeat: repetition,
  repeatInterleave: interleave,
  shuffle,
  columns,
  matmul,
  attention,
  embedding,
  index,
  parameter,
  constant,
  einsum,
  scan,
};
