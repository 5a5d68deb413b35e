// `.onnx`: the whole model in the shapes it has now, read back by our own reader and computed by ONNX Runtime.
import path from 'node:path';
import { bytesReader } from '../../../core/formats/byte-reader';
import { readModel } from '../../../core/formats/onnx/model';
import type { TensorData, TrainedModel, Weights } from '../../../core/graph/tensor';
import { permuteAxes } from '../../../core/sparsity/permute';
import { loadOnnxRuntime } from '../../../native/latency/onnxruntime';
import { type OnnxFile, writeOnnx } from '../onnx/export';
import { contains, type MakeFormat, named } from './context';

const main = '.onnx';

export const onnx: MakeFormat = (model, { distDir }) => {
  let orders: OnnxFile['orders'] = new Map();
  return {
    ...named('onnx'),
    write(subject) {
      const file = writeOnnx(subject.model);
      orders = file.orders;
      return new Map([[main, file.bytes]]);
    },
    async readBack(files, inputs) {
      const bytes = files.get(main)!;
      const session = await loadOnnxRuntime(distDir).open(bytes);
      try {
        return { weights: weightsIn(bytes, orders, model), outputs: await session.run(inputs) };
      } finally {
        await session.release();
      }
    },
    isOurs: (head) => contains(head.subarray(0, 64), 'Espalier'),
    hint: trtexec,
  };
};

/** In the framework's own order of axes. A parameter that no node reads is in no file, and stays what it was. */
function weightsIn(bytes: Uint8Array, orders: OnnxFile['orders'], model: TrainedModel): Weights {
  const { tensors } = readModel(bytesReader(bytes));
  const weights = new Map(model.weights);
  for (const [name, order] of orders) {
    const found = tensors.get(name);
    if (!found) {
      weights.delete(name);
      continue;
    }
    const { dims, type, offset = 0, bytes: length } = found;
    // A copy, which a Buffer's own slice is not: aligned for typed arrays.
    const own = new Uint8Array(bytes.subarray(offset, offset + length)).buffer;
    if (type === 'I32') {
      weights.set(name, { shape: dims, data: new Int32Array(own) });
      continue;
    }
    const back = order.map((_, axis) => order.indexOf(axis));
    const tensor: TensorData = {
      shape: back.map((axis) => dims[axis]!),
      data: permuteAxes(new Float32Array(own), dims, back),
    };
    weights.set(name, tensor);
  }
  return weights;
}

/** TensorRT is not run here: this is what to run where it is. The batch is open, so its sizes are said. */
function trtexec(file: string, { graph }: TrainedModel): string {
  const inputs = graph.inputs.map((id, i) => {
    const sizes = graph.values[id]!.shape.map((dim) => (typeof dim === 'number' ? dim : dim.batch));
    return `${i === 0 ? 'input' : `input_${i}`}:${sizes.join('x')}`;
  });
  const name = path.basename(file);
  const shapes = inputs.join(',');
  return `TensorRT, where it is installed (not run here): trtexec --onnx=${name} --shapes=${shapes} --fp16 --sparsity=enable --saveEngine=${name.replace(/\.onnx$/, '.engine')}`;
}
