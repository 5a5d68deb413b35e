// The fields of a recipe beside those of its method: what validation, completion, hovers and the written file go by.
import type { ChoiceField, Field, ListField, NumberField } from './field';

export const versionField: NumberField = {
  key: 'version',
  type: 'integer',
  min: 1,
  max: 1,
  default: 1,
  doc: 'Version of the recipe format.',
};

export const modelFields: readonly Field[] = [
  { key: 'file', type: 'text', doc: 'Path of the model file, relative to this recipe.' },
  { key: 'name', type: 'text', doc: 'Class, factory or variable in that file.' },
  {
    key: 'weights',
    type: 'text',
    optional: true,
    doc: "A .safetensors file with weights to start from, relative to this recipe; without it, the framework's initialisation.",
  },
];

export const keepDenseField: ListField = {
  key: 'keepDense',
  type: 'list',
  optional: true,
  doc: 'Layers that are left as they are, by path: a layer such as stem.0, or a module with all that is in it.',
};

export const deviceField: ChoiceField = {
  key: 'device',
  type: 'choice',
  default: 'auto',
  choices: [
    { value: 'auto', doc: 'The fastest device that works here.' },
    { value: 'cuda', doc: 'NVIDIA GPU through TensorFlow.' },
    { value: 'webgpu', doc: 'Any recent GPU through WebGPU.' },
    { value: 'tensorflow', doc: 'CPU through a TensorFlow that is installed here.' },
    { value: 'wasm', doc: 'CPU through WebAssembly: slower, always there.' },
  ],
  doc: 'Where the run trains.',
};
