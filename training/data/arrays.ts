// Numbers in memory, one array for each input and one of labels: NPY, CSV and pre-batched tensors end here.
import type { HostBatch, Split } from './dataset';

export interface Arrays {
  /** Of each input: its shape without the batch, and the values of all samples. */
  readonly inputs: readonly {
    readonly shape: readonly number[];
    readonly data: Float32Array | Int32Array;
  }[];
  readonly labels: Int32Array;
}

export class ArraySplit implements Split {
  /** @param samples of the arrays that belong to this split. */
  constructor(
    private readonly arrays: Arrays,
    private readonly samples: Int32Array,
  ) {}

  get count(): number {
    return this.samples.length;
  }

  take(indices: Int32Array): Promise<HostBatch> {
    const rows = indices.map((index) => this.samples[index]!);
    const inputs = this.arrays.inputs.map(({ shape, data }) => {
      const size = shape.reduce((n, dim) => n * dim, 1);
      const out =
        data instanceof Int32Array
          ? new Int32Array(rows.length * size)
          : new Float32Array(rows.length * size);
      rows.forEach((row, i) => out.set(data.subarray(row * size, (row + 1) * size), i * size));
      return { shape: [rows.length, ...shape], data: out };
    });
    const labels = rows.map((row) => this.arrays.labels[row]!);
    return Promise.resolve({ inputs, targets: { kind: 'classes', labels }, count: rows.length });
  }
}
