// A data set without a sample, for tests of what methods decide before anything is trained.
import type { Dataset, Split } from '../../../training/data/dataset';

const none: Split = { count: 0, take: () => Promise.reject(new Error('there are no samples')) };

export const noData: Dataset = {
  name: 'nothing',
  kind: 'test',
  inputs: [{ shape: [1, 12, 12], dtype: 'float32' }],
  targets: { kind: 'classes', classes: 10 },
  train: none,
  test: none,
  hash: '',
  skipped: [],
};
