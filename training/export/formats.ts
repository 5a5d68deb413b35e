// The formats a model can be handed back in.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import type { ExportFormat, Predict } from './format';
import { exportOnnx } from './onnx/export';
import { readSafetensors, writeSafetensors } from './safetensors';
import { stateDict } from './state-dict';

export interface FormatContext {
  /** Computes with a model on the reference device. */
  readonly predict: Predict;
  /** Folder of the bundles and of `vendor/`. */
  readonly distDir: string;
}

const contains = (head: Uint8Array, text: string): boolean => new TextDecoder().decode(head).includes(text);

/** Reading back needs the graph, which safetensors do not hold; ONNX brings its own. */
function safetensors(model: TrainedModel, { predict }: FormatContext): ExportFormat {
  return {
    extension: '.safetensors',
    label: 'safetensors',
    write: (trained) => writeSafetensors(stateDict(trained), metadataOf(trained)),
    readBack: (bytes, inputs) =>
      predict({ graph: model.graph, weights: readSafetensors(bytes).tensors }, inputs),
    isOurs: (head) => contains(head, '"producer":"Espalier"'),
  };
}

/** `format: pt` is what the transformers library asks of files with PyTorch's names and layouts. */
function metadataOf({ graph }: TrainedModel): Record<string, string> {
  const isTorch = graph.framework === 'pytorch' || graph.framework === 'yolo';
  return { format: isTorch ? 'pt' : 'tf', model: graph.name, producer: 'Espalier' };
}

function onnx({ distDir }: FormatContext): ExportFormat {
  return {
    extension: '.onnx',
    label: 'ONNX',
    write: exportOnnx,
    async readBack(bytes: Uint8Array, inputs: readonly TensorData[]) {
      const session = await loadOnnxRuntime(distDir).open(bytes);
      try {
        return await session.run(inputs);
      } finally {
        await session.release();
      }
    },
    isOurs: (head) => contains(head.subarray(0, 64), 'Espalier'),
  };
}

/** Throws one line for a format that does not exist. */
export function formatFor(id: string, model: TrainedModel, context: FormatContext): ExportFormat {
  if (id === 'safetensors') return safetensors(model, context);
  if (id === 'onnx') return onnx(context);
  throw new Error(`there is no export format ${JSON.stringify(id)}; safetensors and onnx exist`);
}
