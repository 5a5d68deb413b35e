// Samples that somebody else's code prepared: tensors in a .safetensors file, one row a sample.
import path from 'node:path';
import { readSafetensors } from '../../export/safetensors';
import { arranged } from '../arranged';
import { ArraySplit } from '../arrays';
import type { Dataset } from '../dataset';
import { readData } from '../files';
import { fingerprint } from '../fingerprint';
import { holdOut } from '../hold-out';
import type { DataKind } from './kind';

export const tensors: DataKind<'tensors'> = {
  id: 'tensors',
  async load(spec, { baseFolder, wanted }): Promise<Dataset> {
    const file = path.resolve(baseFolder, spec.file);
    const bytes = await readData(file);
    const held = contents(bytes, file);
    const names = [...held.keys()];
    const labels = held.get(spec.labels);
    if (!labels)
      throw new Error(`${file} has no tensor ${spec.labels}; it holds ${names.join(', ') || 'none'}`);
    const count = labels.shape[0] ?? 0;
    const inputs = names
      .filter((name) => name !== spec.labels)
      // Files keep their tensors by size of element: names say which input is the first.
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name, i) => {
        const { shape, data } = held.get(name)!;
        if (shape[0] !== count)
          throw new Error(`${file} has ${shape[0]} rows of ${name} but ${count} labels`);
        const numbers = data instanceof Float32Array ? data : Int32Array.from(data);
        return arranged(shape.slice(1), numbers, wanted[i]);
      });
    if (inputs.length === 0) throw new Error(`${file} holds labels only; the model's inputs are missing`);
    const classes = Int32Array.from(labels.data);
    if (labels.shape.length !== 1 || classes.some((label, i) => label < 0 || label !== labels.data[i]))
      throw new Error(
        `${file}: ${spec.labels} is ${labels.shape.join('×')}; one class number from 0 a sample is wanted`,
      );
    const { train, test } = holdOut(count, Math.round(count * spec.test), file);
    const arrays = { inputs, labels: classes };
    return {
      name: `tensors in ${path.basename(file)} (${train.length} + ${test.length})`,
      kind: 'tensors',
      inputs: inputs.map(({ shape, data }) => ({
        shape,
        dtype: data instanceof Int32Array ? 'int32' : 'float32',
      })),
      targets: { kind: 'classes', classes: classes.reduce((a, b) => Math.max(a, b), 0) + 1 },
      train: new ArraySplit(arrays, train),
      test: new ArraySplit(arrays, test),
      hash: fingerprint(bytes),
      skipped: [],
    };
  },
};

function contents(bytes: Buffer, file: string) {
  try {
    return readSafetensors(bytes).tensors;
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
}
