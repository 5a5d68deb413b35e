// NumPy arrays: an .npz of inputs and labels (Keras' x_train, y_train, x_test, y_test too), or two .npy files.
import path from 'node:path';
import { arranged } from '../arranged';
import { type Arrays, ArraySplit } from '../arrays';
import type { Dataset, InputSpec } from '../dataset';
import { readData } from '../files';
import { fingerprint } from '../fingerprint';
import { holdOut } from '../hold-out';
import { type NpyArray, readNpy } from '../npy-file';
import { readZip } from '../zip-file';
import type { DataKind } from './kind';

export const npy: DataKind<'npy'> = {
  id: 'npy',
  async load(spec, { baseFolder, wanted: [wanted] }): Promise<Dataset> {
    const file = path.resolve(baseFolder, spec.inputs);
    const found = await read(
      file,
      spec.labels === undefined ? undefined : path.resolve(baseFolder, spec.labels),
    );
    const { x, y, xTest, yTest } = found;
    const train = arraysOf(x, y, file, wanted);
    const test = xTest && yTest ? arraysOf(xTest, yTest, file, wanted) : undefined;
    if (test && test.inputs[0]!.shape.join() !== train.inputs[0]!.shape.join())
      throw new Error(
        `${file} has test samples of ${xTest!.shape.slice(1).join('×')}, its training samples are ${x.shape.slice(1).join('×')}`,
      );
    const classes =
      Math.max(
        ...[train, ...(test ? [test] : [])].map(({ labels }) => labels.reduce((a, b) => Math.max(a, b), 0)),
      ) + 1;
    const split = test ? undefined : holdOut(train.labels.length, spec.test, file);
    const all = (labels: Int32Array) => Int32Array.from(labels, (_, i) => i);
    const [first, second] = test
      ? [new ArraySplit(train, all(train.labels)), new ArraySplit(test, all(test.labels))]
      : [new ArraySplit(train, split!.train), new ArraySplit(train, split!.test)];
    return {
      name: `arrays in ${path.basename(file)} (${first.count} + ${second.count})`,
      kind: 'npy',
      inputs: train.inputs.map(({ shape, data }) => ({
        shape,
        dtype: data instanceof Int32Array ? 'int32' : 'float32',
      })),
      targets: { kind: 'classes', classes },
      train: first,
      test: second,
      hash: fingerprint(...found.bytes),
      skipped: [],
    };
  },
};

async function read(file: string, labels: string | undefined) {
  const bytes = await readData(file);
  if (labels !== undefined) {
    const other = await readData(labels);
    return {
      x: readNpy(bytes, file),
      y: readNpy(other, labels),
      xTest: undefined,
      yTest: undefined,
      bytes: [bytes, other],
    };
  }
  const entries = readZip(bytes, file);
  const array = (...names: string[]): NpyArray | undefined => {
    const name = names.find((each) => entries.has(`${each}.npy`));
    return name === undefined ? undefined : readNpy(entries.get(`${name}.npy`)!(), `${file} (${name})`);
  };
  const [x, y] = [array('x_train', 'x', 'inputs', 'images', 'X'), array('y_train', 'y', 'labels', 'Y')];
  if (!x || !y)
    throw new Error(
      `${file} holds ${[...entries.keys()].join(', ') || 'nothing'}; x and y are wanted, or x_train, y_train, x_test and y_test`,
    );
  return { x, y, xTest: array('x_test'), yTest: array('y_test'), bytes: [bytes] };
}

/** Bytes are taken for pixels, 0 … 1, unless the model takes whole numbers. */
function arraysOf(x: NpyArray, y: NpyArray, file: string, wanted: InputSpec | undefined): Arrays {
  const count = x.shape[0] ?? 0;
  if (y.shape[0] !== count || y.data.length !== count)
    throw new Error(
      `${file} has ${count} inputs but labels of ${y.shape.join('×')}; one class number a sample is wanted`,
    );
  if (count === 0) throw new Error(`${file} has no samples`);
  const data = numbersOf(x, wanted);
  const labels = Int32Array.from(y.data);
  const wrong = y.data.findIndex((label, i) => label !== labels[i] || label < 0);
  if (wrong >= 0)
    throw new Error(
      `${file} has the label ${y.data[wrong]} at sample ${wrong}; labels are whole numbers from 0`,
    );
  return { inputs: [arranged(x.shape.slice(1), data, wanted)], labels };
}

function numbersOf({ dtype, data }: NpyArray, wanted: InputSpec | undefined): Float32Array | Int32Array {
  if (wanted?.dtype === 'int32' && /^[ui]/.test(dtype)) return Int32Array.from(data);
  return dtype === 'u1' ? Float32Array.from(data, (value) => value / 255) : Float32Array.from(data);
}
