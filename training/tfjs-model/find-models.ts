// Finds the models of a loaded TF.js file: exported ones, those that exported factories return, and those built on the way.
import * as tf from '@tensorflow/tfjs';
import type { TfjsModel } from '../../core/protocol/training-host';
import type { Recorder } from './inert-tf';

export async function findModels(exports: unknown, recorder: Recorder): Promise<TfjsModel[]> {
  const found = new Map<tf.LayersModel, TfjsModel>();
  const add = (name: string, model: tf.LayersModel) => {
    if (found.has(model) || !(model.outputs?.length > 0)) return;
    const line = recorder.built.find((entry) => entry.model === model)?.line ?? 0;
    found.set(model, { name, topology: topologyOf(model), lines: recorder.lines, line });
  };

  const builtOnLoad = [...recorder.built];
  for (const [name, value] of Object.entries((exports ?? {}) as Record<string, unknown>)) {
    const model = value instanceof tf.LayersModel ? value : await callFactory(value);
    if (model) add(name, model);
  }
  // A script that exports nothing still has models; a model used inside another is part of that one.
  const nested = new Set(
    [...found.keys(), ...builtOnLoad.map(({ model }) => model)].flatMap((model) => model.layers),
  );
  for (const { model } of builtOnLoad) if (!nested.has(model)) add(model.name, model);
  return [...found.values()];
}

/** Calls an exported function that needs no argument, if what it returns is a model. */
async function callFactory(value: unknown): Promise<tf.LayersModel | undefined> {
  if (
    typeof value !== 'function' ||
    value.length > 0 ||
    /^class\b/.test(Function.prototype.toString.call(value))
  ) {
    return undefined;
  }
  const made: unknown = await Promise.race([
    (value as () => unknown)(),
    // A factory that awaits data or training never settles here.
    new Promise((resolve) => setTimeout(resolve, 1000)),
  ]);
  return made instanceof tf.LayersModel ? made : undefined;
}

/** The Keras configuration, with the names people gave. */
function topologyOf(model: tf.LayersModel): unknown {
  return model.toJSON(null, false);
}
