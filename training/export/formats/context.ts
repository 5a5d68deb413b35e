// What formats of weights alone share: Espalier's mark in the header, and computing with what was read.
import type { TrainedModel, Weights } from '../../../core/graph/tensor';
import type { ExportFormatId } from '../../../core/runs/export-formats';
import { exportFormats } from '../../../core/runs/export-formats';
import type { ExportFormat, Predict } from '../format';

export interface FormatContext {
  /** Computes with a model on the reference device. */
  readonly predict: Predict;
  /** Folder of the bundles and of `vendor/`. */
  readonly distDir: string;
}

/** Reading back needs the graph, which files of weights do not hold. */
export type MakeFormat = (model: TrainedModel, context: FormatContext) => ExportFormat;

export const contains = (head: Uint8Array, text: string): boolean =>
  new TextDecoder().decode(head).includes(text);

/** Name and ending. */
export function named(id: ExportFormatId): Pick<ExportFormat, 'extension' | 'label'> {
  const { extension, label } = exportFormats.find((format) => format.id === id)!;
  return { extension, label };
}

export const isOurSafetensors = (head: Uint8Array): boolean => contains(head, '"producer":"Espalier"');

/** `format: pt` is what the transformers library asks of files with PyTorch's names and layouts. */
export function metadataOf({ graph }: TrainedModel): Record<string, string> {
  const isTorch = graph.framework === 'pytorch' || graph.framework === 'yolo';
  return { format: isTorch ? 'pt' : 'tf', model: graph.name, producer: 'Espalier' };
}

/** Weights that were read, and what the model computes with them. */
export const computed = async (
  { graph }: TrainedModel,
  { predict }: FormatContext,
  weights: Weights,
  inputs: Parameters<Predict>[1],
) => ({ weights, outputs: await predict({ graph, weights }, inputs) });
