// The formats a model can be handed back in. Adding one is one file here, one line below, and one in core/runs/export-formats.ts.
import type { TrainedModel } from '../../../core/graph/tensor';
import { type ExportFormatId, exportFormatNames } from '../../../core/runs/export-formats';
import type { ExportFormat } from '../format';
import { compressed } from './compressed';
import type { FormatContext, MakeFormat } from './context';
import { onnx } from './onnx';
import { quantised } from './quantised';
import { safetensors } from './safetensors';

const formats: Readonly<Record<ExportFormatId, MakeFormat>> = {
  safetensors,
  '2:4': compressed,
  int8: quantised(8),
  int4: quantised(4),
  onnx,
};

/** Throws one line for a format that does not exist. */
export function formatFor(id: string, model: TrainedModel, context: FormatContext): ExportFormat {
  const make = Object.hasOwn(formats, id) ? formats[id as ExportFormatId] : undefined;
  if (!make) throw new Error(`there is no export format ${JSON.stringify(id)}; ${exportFormatNames} exist`);
  return make(model, context);
}
