// The tf that a user's model file sees: real layers that remember the line they were made on, and inert training.
import * as realTf from '@tensorflow/tfjs';

export interface Recorder {
  readonly tf: unknown;
  /** Zero-based line in the model file on which each layer was constructed, by layer name. */
  readonly lines: Record<string, number>;
  /** Every model that was built, with the zero-based line of the outermost call in the model file. */
  readonly built: { model: realTf.LayersModel; line: number }[];
}

type Factory = (...args: unknown[]) => unknown;

/** Reading a file must not train: whoever awaits a fit waits until the worker is ended. */
const forever = () => new Promise<never>(() => undefined);

export function createTf(file: string): Recorder {
  const lines: Record<string, number> = {};
  const built: Recorder['built'] = [];

  const watchLayer = (factory: Factory): Factory =>
    function (...args) {
      const made = factory(...args);
      const [line] = linesIn(file);
      if (made instanceof realTf.layers.Layer && line !== undefined) lines[made.name] = line;
      return made;
    };
  const watchModel = (factory: Factory): Factory =>
    function (...args) {
      const model = factory(...args) as realTf.LayersModel;
      built.push({ model, line: linesIn(file).at(-1) ?? 0 });
      return model;
    };

  const prototype = realTf.LayersModel.prototype as unknown as Record<string, unknown>;
  for (const method of ['fit', 'fitDataset', 'trainOnBatch', 'save', 'evaluateDataset'])
    prototype[method] = forever;

  const layers = Object.fromEntries(
    Object.entries(realTf.layers).map(([name, value]) => [
      name,
      typeof value === 'function' && /^[a-z]/.test(name) ? watchLayer(value as Factory) : value,
    ]),
  );
  const tf: Record<string, unknown> = {
    ...realTf,
    layers,
    model: watchModel(realTf.model as Factory),
    sequential: watchModel(realTf.sequential as Factory),
    loadLayersModel: forever,
    loadGraphModel: forever,
  };
  tf['default'] = tf;
  return { tf, lines, built };
}

/** Zero-based lines of the model file on the call stack, innermost first. */
function linesIn(file: string): number[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const frames = new Error().stack?.split('\n') ?? [];
  Error.stackTraceLimit = limit;
  return frames.flatMap((frame) => {
    const at = frame.includes(`${file}:`) ? frame.match(/:(\d+):\d+\)?$/) : null;
    return at ? [Number(at[1]) - 1] : [];
  });
}
