// What data a recipe can name: the kinds, and the fields that each has beside `kind`.
import type { ChoiceField, Field, FlagField, NumberField, TextField } from './field';

/** Images that may be mirrored and shifted in training. */
interface Augmented {
  readonly flip: boolean;
  /** Pixels. */
  readonly crop: number;
}

interface Drawn {
  /** Samples that are drawn. */
  readonly train: number;
  readonly test: number;
}

export type DataSpec =
  | ({ readonly kind: 'digits' } & Drawn)
  | ({ readonly kind: 'shapes' } & Drawn & Augmented)
  | ({ readonly kind: 'moving-shapes' } & Drawn)
  | ({ readonly kind: 'aerial'; readonly mosaic: number; readonly flip: boolean } & Drawn)
  | ({
      readonly kind: 'grammar';
      readonly length: number;
      readonly order: 'verb-object' | 'object-verb';
    } & Drawn)
  /** The last `test` samples are held out when there is one pair of files. */
  | { readonly kind: 'idx'; readonly folder: string; readonly test: number }
  | ({ readonly kind: 'cifar'; readonly folder: string } & Augmented)
  | ({
      readonly kind: 'images';
      readonly folder: string;
      readonly test: number;
      readonly normalise: 'imagenet' | 'half' | 'none';
    } & Augmented)
  | { readonly kind: 'npy'; readonly inputs: string; readonly labels?: string; readonly test: number }
  | { readonly kind: 'csv'; readonly file: string; readonly label: string; readonly test: number }
  | { readonly kind: 'tensors'; readonly file: string; readonly labels: string; readonly test: number }
  | {
      readonly kind: 'text';
      readonly file: string;
      readonly tokenizer?: string;
      /** 0: as the model takes it. */
      readonly length: number;
      readonly test: number;
    }
  | {
      readonly kind: 'yolo';
      readonly folder: string;
      readonly test: number;
      readonly mosaic: number;
      readonly flip: boolean;
    };

const samples = (key: string, fallback: number, doc: string): NumberField => ({
  key,
  type: 'integer',
  min: 1,
  max: 1_000_000,
  default: fallback,
  unit: 'samples',
  doc,
});
const share = (key: string, fallback: number, doc: string): NumberField => ({
  key,
  type: 'number',
  min: 0,
  max: 1,
  default: fallback,
  doc,
});
const place = (key: string, doc: string): TextField => ({
  key,
  type: 'text',
  doc: `${doc}, relative to this recipe.`,
});
const flag = (key: string, fallback: boolean, doc: string): FlagField => ({
  key,
  type: 'flag',
  default: fallback,
  doc,
});

const heldOut = share(
  'test',
  0.2,
  'Share of the samples that is held out for testing where the data is not split already.',
);
const flip = flag('flip', false, 'Mirror one training image in two, left to right.');
const crop: NumberField = {
  key: 'crop',
  type: 'integer',
  min: 0,
  max: 256,
  default: 0,
  unit: 'pixels',
  doc: 'Shift training images by up to so many pixels each way; what comes in is black.',
};
const mosaic = share(
  'mosaic',
  0,
  'Share of the training images that are put together of four (arXiv 2004.10934).',
);
const length: NumberField = {
  key: 'length',
  type: 'integer',
  min: 0,
  max: 1_000_000,
  default: 0,
  unit: 'tokens',
  doc: 'Tokens of a sample; 0 takes as many as the model does.',
};
const normalise: ChoiceField = {
  key: 'normalise',
  type: 'choice',
  default: 'imagenet',
  choices: [
    {
      value: 'imagenet',
      doc: "ImageNet's mean and deviation of each channel, which pretrained models expect.",
    },
    { value: 'half', doc: 'From −1 to 1.' },
    { value: 'none', doc: 'From 0 to 1.' },
  ],
  doc: 'What is subtracted from pixels, and what they are divided by.',
};
const order: ChoiceField = {
  key: 'order',
  type: 'choice',
  default: 'verb-object',
  choices: [
    { value: 'verb-object', doc: 'The gardener prunes a tree.' },
    { value: 'object-verb', doc: 'The gardener a tree prunes: the same words, to fine-tune on.' },
  ],
  doc: 'Where sentences have their verbs.',
};
const drawn = (train: number, test: number): readonly Field[] => [
  samples('train', train, 'How many samples are drawn for training.'),
  samples('test', test, 'How many samples are drawn for testing.'),
];

/** What samples are answered with: one class each, the next token at every position, boxes with classes. */
export type TargetKind = 'classes' | 'tokens' | 'boxes';

export interface DataKindSpec {
  readonly doc: string;
  /** Classes where it is not said. */
  readonly targets?: TargetKind;
  readonly fields: readonly Field[];
}

const kinds: { readonly [Kind in DataSpec['kind']]: DataKindSpec } = {
  digits: { doc: 'Digits drawn by Espalier, 28×28 grey: no file needed.', fields: drawn(8000, 2000) },
  shapes: {
    doc: 'Ten coloured shapes drawn by Espalier, 32×32: no file needed.',
    fields: [...drawn(8000, 2000), flip, crop],
  },
  'moving-shapes': {
    doc: 'Videos of a moving shape, eight motions to tell apart: no file needed.',
    fields: drawn(800, 200),
  },
  aerial: {
    doc: 'Small objects seen from above, with boxes of three classes: no file needed.',
    targets: 'boxes',
    fields: [...drawn(400, 100), mosaic, flip],
  },
  grammar: {
    doc: 'Sentences of a small grammar, word by word: no file needed.',
    targets: 'tokens',
    fields: [...drawn(2000, 200), length, order],
  },
  idx: {
    doc: "IDX files with MNIST's names, gzipped or not, in a folder.",
    fields: [
      place('folder', 'Folder that holds the IDX files'),
      samples(
        'test',
        2000,
        'How many of the last samples are held out when the folder has one pair of files only.',
      ),
    ],
  },
  cifar: {
    doc: 'CIFAR-10 or CIFAR-100 in the binary version, in a folder.',
    fields: [place('folder', 'Folder that holds data_batch_1.bin …, or train.bin and test.bin'), flip, crop],
  },
  images: {
    doc: 'PNG and JPEG images in one folder a class, maybe below train and val; brought to the size that the model takes.',
    fields: [place('folder', 'Folder that holds the folders of the classes'), heldOut, normalise, flip, crop],
  },
  npy: {
    doc: 'NumPy arrays: an .npz with x and y (or x_train, y_train, x_test, y_test), or two .npy files.',
    fields: [
      place('inputs', 'The .npz, or the .npy with one sample a row'),
      { ...place('labels', 'The .npy with one class number a sample'), optional: true },
      { ...samples('test', 200, 'How many samples are held out where the arrays are not split already.') },
    ],
  },
  csv: {
    doc: 'A table of numbers with a column of classes; features are standardised.',
    fields: [
      place('file', 'The table; its first line names the columns'),
      { key: 'label', type: 'text', doc: 'Name of the column that holds the class.' },
      heldOut,
    ],
  },
  tensors: {
    doc: 'Prepared tensors in a .safetensors file: labels, and one tensor for each input of the model.',
    fields: [
      place('file', 'The .safetensors file'),
      {
        key: 'labels',
        type: 'text',
        default: 'labels',
        doc: 'Name of the tensor with one class number a sample.',
      },
      heldOut,
    ],
  },
  text: {
    doc: 'Plain text for language models, in characters or the tokens of a tokenizer.json.',
    targets: 'tokens',
    fields: [
      place('file', 'The text, in UTF-8'),
      {
        ...place(
          'tokenizer',
          'A Hugging Face tokenizer.json with byte-level BPE; without it, characters are tokens',
        ),
        optional: true,
      },
      length,
      share('test', 0.1, 'Share of the text, at its end, that is held out for testing.'),
    ],
  },
  yolo: {
    doc: 'A detection folder as YOLO has it: images/ and labels/, maybe train and val below, maybe a data.yaml.',
    targets: 'boxes',
    fields: [place('folder', 'The folder with images/ and labels/'), heldOut, mosaic, flip],
  },
};

export const dataKinds: ReadonlyMap<string, DataKindSpec> = new Map(Object.entries(kinds));

export const dataKindField: ChoiceField = {
  key: 'kind',
  type: 'choice',
  choices: [...dataKinds].map(([value, { doc }]) => ({ value, doc })),
  doc: 'Where samples and what they should be answered with come from.',
};
