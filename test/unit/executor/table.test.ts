// The op table and the executor's kernels must name the same ops.
import { expect, it } from 'vitest';
import { ops } from '../../../core/graph/ops/table';
import { kernels } from '../../../training/executor/kernels/table';

it('has one kernel for every op of the op table', () => {
  expect([...kernels.keys()].sort()).toEqual([...ops.keys()].sort());
});
