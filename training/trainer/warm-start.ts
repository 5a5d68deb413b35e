// Weights to start from: the user's own `.safetensors`, held against the model before anything is trained.
import { readFile } from 'node:fs/promises';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import { readSafetensors } from '../export/safetensors';

/** Rejects with one line that names the file, and the parameter that is missing or has another shape. */
export async function readWeights(file: string, graph: ModelGraph): Promise<Weights> {
  const wrong = (what: string) => new Error(`the weights in ${file} do not fit ${graph.name}: ${what}`);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'the file does not exist' : error.message;
    throw new Error(`the weights cannot be read from ${file}: ${why}`);
  });
  let tensors: Weights;
  try {
    ({ tensors } = readSafetensors(bytes));
  } catch (error) {
    throw new Error(`the weights cannot be read from ${file}: ${(error as Error).message}`);
  }
  for (const { name, shape } of Object.values(graph.params)) {
    const tensor = tensors.get(name);
    if (!tensor) throw wrong(`it has no ${name}`);
    if (tensor.shape.join() !== shape.join())
      throw wrong(`${name} is ${tensor.shape.join('×')} there and ${shape.join('×')} in the model`);
    if (!tensor.data.every(Number.isFinite)) throw wrong(`${name} holds values that are no numbers`);
  }
  return tensors;
}
