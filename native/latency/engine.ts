// What an engine is: something a model can be deployed on and timed on. Implementations need an exporter or an executor
// and live in training/latency/; measuring needs neither.
import type { TrainedModel } from '../../core/graph/tensor';

export interface Engine {
  /** `onnxruntime` or a device id, as in a benchmark request. */
  readonly id: string;
  /** With version, device and threads: `ONNX Runtime 1.30 (CPU, 1 thread)`. */
  readonly name: string;
  /** How verdicts call it: `ONNX Runtime`. */
  readonly shortName: string;
  /**
   * Loads a model with random inputs of one batch size, ready to run. Rejects with one line.
   * @param scope a `layer` is measured in the order of axes it has inside the whole model, without conversions around it.
   */
  prepare(model: TrainedModel, batch: number, scope: 'model' | 'layer'): Promise<Session>;
}

export interface Session {
  /** One inference, finished when it returns or resolves: devices that queue work wait for it here. */
  run(): Promise<void> | void;
  dispose(): Promise<void> | void;
}
