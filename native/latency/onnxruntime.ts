// Loads onnxruntime-node and runs ONNX bytes on it: one CPU thread, sequential, as a stable baseline.
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Ort from 'onnxruntime-node';
import type { TensorData } from '../../core/graph/tensor';

export interface OnnxRuntime {
  /** Major and minor: `1.30`. */
  readonly version: string;
  open(model: Uint8Array): Promise<OnnxSession>;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** In the order of `inputNames`, whole numbers as the model takes them; answers in the order of `outputNames`. */
  run(inputs: readonly TensorData[]): Promise<TensorData[]>;
  /** The same run with inputs bound once and outputs left unread: what a loop that measures calls. */
  bind(inputs: readonly TensorData[]): () => Promise<void>;
  release(): Promise<void>;
}

const options: Ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  // One thread, so that figures repeat and do not depend on what else the machine does.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Errors reach us as exceptions; the log would go to stderr, or stdout, which carries the protocol.
  logSeverityLevel: 4,
};

/** @param distDir folder of the bundles, whose vendor/ holds the package; a checkout's node_modules will do too. */
export function loadOnnxRuntime(distDir: string): OnnxRuntime {
  const require = createRequire(path.join(path.resolve(distDir), 'vendor', 'index.js'));
  let ort: typeof Ort;
  let version: string;
  try {
    ort = require('onnxruntime-node') as typeof Ort;
    version = (require('onnxruntime-node/package.json') as { version: string }).version;
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new Error(
      `ONNX Runtime cannot be loaded on ${process.platform}-${process.arch}: ${why}; measure on a device instead`,
    );
  }
  return {
    version: version.split('.').slice(0, 2).join('.'),
    open: async (model) => wrap(ort, await ort.InferenceSession.create(model, options)),
  };
}

function wrap(ort: typeof Ort, session: Ort.InferenceSession): OnnxSession {
  const { inputNames, outputNames, inputMetadata } = session;
  const feed = (inputs: readonly TensorData[]): Record<string, Ort.Tensor> =>
    Object.fromEntries(
      inputNames.map((name, i) => {
        const asked = inputMetadata[i];
        return [name, tensorOf(ort, inputs[i]!, asked?.isTensor ? asked.type : 'float32')];
      }),
    );
  return {
    inputNames,
    outputNames,
    async run(inputs) {
      const outputs = await session.run(feed(inputs));
      return outputNames.map((name) => {
        const { dims, data } = outputs[name]!;
        return { shape: dims, data: data as Float32Array };
      });
    },
    bind(inputs) {
      const feeds = feed(inputs);
      return async () => void (await session.run(feeds));
    },
    release: () => session.release(),
  };
}

/** As the model declares the input. */
function tensorOf(ort: typeof Ort, { shape, data }: TensorData, type: Ort.Tensor.Type): Ort.Tensor {
  if (type === 'int64') {
    const whole = BigInt64Array.from({ length: data.length }, (_, i) => BigInt(Math.trunc(data[i]!)));
    return new ort.Tensor(type, whole, shape);
  }
  if (type === 'bool')
    return new ort.Tensor(
      type,
      Uint8Array.from(data, (x) => (x === 0 ? 0 : 1)),
      shape,
    );
  return new ort.Tensor('float32', data as Float32Array, shape);
}
