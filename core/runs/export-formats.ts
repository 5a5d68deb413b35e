// The forms in which a run's model can be handed back, as people and commands name them.

export interface ExportFormatInfo {
  readonly id: ExportFormatId;
  readonly label: string;
  /** With the dot. */
  readonly extension: string;
  /** One line for people who choose. */
  readonly detail: string;
}

export type ExportFormatId = 'safetensors' | '2:4' | 'int8' | 'int4' | 'onnx';

export const exportFormats: readonly ExportFormatInfo[] = [
  {
    id: 'safetensors',
    label: 'safetensors',
    extension: '.safetensors',
    detail:
      "The weights with the framework's own names and layouts, zeros kept, and their masks beside them.",
  },
  {
    id: '2:4',
    label: '2:4 compressed',
    extension: '.24.safetensors',
    detail: 'Half of the values, and two bits that say where each one lies.',
  },
  {
    id: 'int8',
    label: 'INT8',
    extension: '.int8.safetensors',
    detail: 'Weights of a byte with a scale for each row.',
  },
  {
    id: 'int4',
    label: 'INT4',
    extension: '.int4.safetensors',
    detail: 'Weights of half a byte with a scale for each row, or for every 16 weights that are kept.',
  },
  {
    id: 'onnx',
    label: 'ONNX',
    extension: '.onnx',
    detail: 'The whole model, for ONNX Runtime, TensorRT and others.',
  },
];

export const exportFormat = (id: string): ExportFormatInfo | undefined =>
  exportFormats.find((format) => format.id === id);

/** `safetensors, 2:4, int8, int4 and onnx`. */
export const exportFormatNames: string = exportFormats
  .map(({ id }) => id)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' and ');
