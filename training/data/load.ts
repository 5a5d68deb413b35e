// From what a recipe says about data to the data. One line a kind.
import path from 'node:path';
import type { ModelGraph } from '../../core/graph/model-graph';
import { formatShape, isBatch, type Shape } from '../../core/graph/shape';
import type { DataSpec } from '../../core/recipe/recipe';
import type { Dataset } from './dataset';
import { drawDigits } from './digits';
import { loadIdx } from './idx';

/** @param baseFolder where relative paths start. Rejects with one line. */
export function loadDataset(spec: DataSpec, baseFolder: string): Promise<Dataset> {
  switch (spec.kind) {
    case 'digits':
      return drawDigits(spec.train, spec.test);
    case 'idx':
      return loadIdx(path.resolve(baseFolder, spec.folder), spec.test);
  }
}

/** Throws one line, with both shapes, when the model cannot be trained on this data. */
export function requireFit(graph: ModelGraph, { name, shape, classes }: Dataset): void {
  const [input, ...others] = graph.inputs.map((id) => graph.values[id]!.shape);
  if (!input || others.length > 0)
    throw new Error(
      `${graph.name} has ${others.length + (input ? 1 : 0)} inputs; images and labels need one`,
    );
  const [height, width, channels] = shape;
  const image: Shape =
    graph.layout === 'NCHW' ? [input[0]!, channels, height, width] : [input[0]!, height, width, channels];
  if (input.length !== 4 || input.some((dim, i) => i > 0 && dim !== image[i]))
    throw new Error(
      `${graph.name} takes ${formatShape(input)}, but the images of ${name} are ${formatShape(image.slice(1))}`,
    );
  const output = graph.values[graph.outputs[0] ?? '']?.shape ?? [];
  const logits = output[1];
  if (output.length !== 2 || logits === undefined || isBatch(logits))
    throw new Error(
      `${graph.name} answers ${formatShape(output)}; a classifier answers one row of logits a sample`,
    );
  if (logits < classes)
    throw new Error(`${graph.name} tells ${logits} classes apart, but ${name} has ${classes}`);
}
