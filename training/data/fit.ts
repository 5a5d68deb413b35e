// Whether a model takes what a dataset gives.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Dataset } from './dataset';
import { inputsOf } from './load';

/** Throws one line, with both shapes, when the model does not take the data's inputs. */
export function requireInputs(graph: ModelGraph, { name, inputs }: Dataset): void {
  const wanted = inputsOf(graph);
  if (wanted.length !== inputs.length)
    throw new Error(`${graph.name} has ${wanted.length} inputs, but ${name} give ${inputs.length}`);
  inputs.forEach((given, i) => {
    const { shape, dtype } = wanted[i]!;
    if (shape.join() !== given.shape.join())
      throw new Error(`${graph.name} takes ${words(shape)}, but ${name} are ${words(given.shape)}`);
    if (dtype === 'int32' && given.dtype === 'float32')
      throw new Error(`${graph.name} takes whole numbers, such as tokens, but ${name} are real numbers`);
  });
}

/** Images read as people say them, height × width × channels. */
const words = (shape: readonly number[]): string => shape.join('×') || 'a number';
