// The op table and the executor's kernels: whatever can be traced can be computed.
import { expect, it } from 'vitest';
import { ops } from '../../../core/graph/ops/table';
import { kernels } from '../../../training/executor/kernels/table';

it('has a kernel for every op of the op table, and for no other', () => {
  expect([...kernels.keys()].sort()).toEqual([...ops.keys()].sort());
});
