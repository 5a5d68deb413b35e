// Keras files as people write them: what is found, which input is taken, and what is said when something is wrong.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../core/graph/cost';
import { formatShape } from '../../core/graph/shape';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const head = 'import keras\nfrom keras import layers, ops\n\n';
const root = path.resolve(import.meta.dirname, '../..');

/** A subclassed model whose constructor and call are these lines. */
const net = (init: string, call: string) =>
  `class Net(keras.Model):
    def __init__(self):
        super().__init__()
        ${init.trim().split('\n').join('\n        ')}

    def call(self, x):
        ${call.trim().split('\n').join('\n        ')}
`;

describe('a Keras file', () => {
  let frontend: Frontend;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-keras-'));
    frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 60_000 });
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const trace = (text: string, packages: readonly string[] = []): Promise<TraceResult> =>
    frontend.trace(
      { file: path.join(folder, 'model.py'), text, workspaceFolder: folder, packages },
      new AbortController().signal,
    );
  const names = ({ models }: TraceResult) => models.map(({ graph }) => graph.name);
  const inputs = ({ models }: TraceResult) =>
    models.map(({ graph }) => graph.inputs.map((id) => formatShape(graph.values[id]!.shape)).join(' and '));
  const counts = ({ models }: TraceResult) => models.map(({ graph }) => graphCost(graph).params);
  const said = ({ diagnostics }: TraceResult) =>
    diagnostics.map(
      ({ severity, code, message, range }) => `${severity} ${code} ${range.startLine + 1}: ${message}`,
    );

  it.each([
    'import keras',
    'from tensorflow import keras',
    'import tf_keras as keras',
    'import tensorflow as tf',
  ])('is told by %s', (text) => {
    expect(frontend.handles('net.py', text)).toBe(true);
  });

  it('gives models of framework keras with channels last, from factories, variables and classes', async () => {
    const text = `${head}def make():
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(2)(inputs))

mlp = keras.Sequential([keras.Input((3,)), layers.Dense(5)])
${net('self.fc = layers.Dense(4)', 'return self.fc(x)')}`;
    const result = await trace(text);
    expect(names(result)).toEqual(['make', 'mlp', 'Net']);
    expect(new Set(result.models.map(({ graph }) => `${graph.framework} ${graph.layout}`))).toEqual(
      new Set(['keras NHWC']),
    );
    expect(result.diagnostics).toEqual([]);
  });

  it('names layers as Keras counts them, and anew for each model', async () => {
    const body =
      '    inputs = keras.Input((4,))\n    x = layers.Dense(4)(inputs)\n    return keras.Model(inputs, layers.Dense(2)(x))\n';
    const { models } = await trace(`${head}def first():\n${body}\ndef second():\n${body}`);
    for (const { graph } of models)
      expect(Object.keys(graph.params)).toEqual([
        'dense/kernel',
        'dense/bias',
        'dense_1/kernel',
        'dense_1/bias',
      ]);
  });

  it('ties a node to the line that built its layer and the line that called it', async () => {
    const text = `${head}${net('self.conv = layers.Conv2D(4, 3,\n                    activation="relu")', 'x = self.conv(x)\nreturn ops.mean(x, axis=(1, 2))')}`;
    const lines = text.split('\n');
    const { models } = await trace(text);
    const rows = models[0]!.graph.nodes.map(({ op, source }) => [
      op,
      ...source.map((range) => lines[range.startLine]!.trim()),
    ]);
    expect(rows).toEqual([
      ['conv2d', 'self.conv = layers.Conv2D(4, 3,', 'x = self.conv(x)'],
      ['relu', 'self.conv = layers.Conv2D(4, 3,', 'x = self.conv(x)'],
      ['mean', 'return ops.mean(x, axis=(1, 2))'],
    ]);
  });

  describe('gets the input of a model that has none', () => {
    const flat = net(
      'self.flat = layers.Flatten()\nself.fc = layers.Dense(10)',
      'return self.fc(self.flat(x))',
    );

    it.each([
      ['a comment', `${flat}\n# espalier: model Net() input=(1, 5, 6, 2)\n`, 'N×5×6×2', 610],
      ['build', `${flat}\nmodel = Net()\nmodel.build((None, 7, 8))\n`, 'N×7×8', 570],
      ['a first call', `${flat}\nmodel = Net()\nmodel(ops.zeros((16, 9, 3)))\n`, 'N×9×3', 280],
      [
        'the data that it is fitted to',
        `(x, y), _ = keras.datasets.mnist.load_data()\n${flat}\nmodel = Net()\nmodel.compile(loss="mse")\nmodel.fit(x / 255.0, y)\n`,
        'N×28×28',
        7850,
      ],
      [
        'the data set that it names',
        `${flat}\n(x, y), _ = keras.datasets.cifar10.load_data()\n`,
        'N×32×32×3',
        30730,
      ],
    ])('from %s', async (_, text, input, count) => {
      const result = await trace(head + text);
      expect([inputs(result), counts(result), said(result)]).toEqual([[input], [count], []]);
    });

    it('and says what it assumes where nothing tells', async () => {
      const result = await trace(head + flat);
      expect(inputs(result)).toEqual(['N×32×32×3']);
      expect(result.models[0]!.notes).toContain(
        'an input of N×32×32×3 is assumed; say it: # espalier: model NAME() input=(1, 32, 32, 3)',
      );
    });
  });

  it('says which sizes it closes where the input leaves them open', async () => {
    const result = await trace(
      `${head}model = keras.Sequential([keras.Input((None, None, 3), name="image"), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()])\n`,
    );
    expect([inputs(result), result.models[0]!.notes]).toEqual([
      ['N×224×224×3'],
      ['sizes that the input image leaves open are taken as 224 of images, 128 of sequences'],
    ]);
  });

  describe('with a mistake', () => {
    it('has it named at the line of the functional call, with both shapes', async () => {
      const result = await trace(`${head}inputs = keras.Input((8, 8, 3))
a = layers.Conv2D(4, 3)(inputs)
b = layers.Conv2D(6, 3)(inputs)
c = layers.Add()([a, b])
`);
      expect(said(result)).toEqual([
        'error shape-mismatch 7: shapes N×6×6×4 and N×6×6×6 do not match at dimension 3',
      ]);
    });

    it('has it named at the line of call, with the layer', async () => {
      const text = `${head}${net('self.a = layers.Dense(4)\nself.b = layers.Dense(5)', 'return self.a(x) + self.b(x)')}\n# espalier: model Net() input=(1, 3)\n`;
      const line = text.split('\n').findIndex((row) => row.includes('self.b(x)')) + 1;
      expect(said(await trace(text))).toEqual([
        `error shape-mismatch ${line}: net: shapes N×4 and N×5 do not match at dimension 1`,
      ]);
    });

    it.each([
      ['a wrong rank', 'layers.Conv2D(4, 3)(keras.Input((8, 8)))', /expected ndim=4, found ndim=3/],
      ['a padding that does not exist', 'layers.Conv2D(4, 3, padding="full")', /must be one of valid, same/],
      ['no list for a merge', 'layers.Add()(keras.Input((8,)))', /should be called on a list/],
      ['an unknown activation', 'layers.Dense(4, activation="rellu")', /rellu/],
      [
        'a window that does not fit',
        'layers.MaxPooling2D(9)(keras.Input((8, 8, 1)))',
        /does not fit into N×8×8×1/,
      ],
    ])('such as %s hears what Keras would say', async (_, line, message) => {
      const [first] = (await trace(`${head}x = ${line}\n`)).diagnostics;
      expect([first?.severity, first?.range.startLine]).toEqual(['error', 3]);
      expect(first?.message).toMatch(message);
    });

    it('hears that a layer is no attribute of the model', async () => {
      const text = `${head}stray = [layers.Dense(4)]\n\n${net('pass', 'return stray[0](x)')}\n# espalier: model Net() input=(1, 3)\n`;
      const result = await trace(text);
      expect(said(result)[0]).toMatch(/^warning unregistered-layer 4: /);
    });
  });

  it('does nothing that trains, saves or prints, and is read all the same', async () => {
    const result = await trace(`import os
import numpy as np
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.callbacks import ModelCheckpoint

model = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(28, 28)), tf.keras.layers.Dense(10)])
model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss=tf.keras.losses.MeanSquaredError(), metrics=["accuracy"])
history = model.fit(np.random.rand(8, 28, 28), callbacks=[ModelCheckpoint("best.keras")], epochs=5)
print(model.summary(), model.count_params(), history.history["loss"][-1])
model.save("model.keras")
tf.keras.utils.plot_model(model)
`);
    expect([names(result), counts(result), said(result)]).toEqual([['model'], [7850], []]);
  });

  it('goes on past layers and functions that nobody knows, at named barriers', async () => {
    const result = await trace(
      `${head}inputs = keras.Input((8, 4))\nx = layers.Wavelet(3)(inputs)\nx = ops.wobble(x)\nmodel = keras.Model(inputs, layers.Dense(2)(x))\n`,
    );
    const unknown = result.models[0]!.graph.nodes.filter(({ op }) => op === 'unknown');
    expect(unknown.map(({ attrs }) => attrs['name'])).toEqual(['keras.layers.Wavelet', 'keras.ops.wobble']);
    expect([counts(result), said(result).map((text) => text.split(':')[0])]).toEqual([
      [10],
      ['information not-modelled 5', 'information not-modelled 6'],
    ]);
  });

  it('reads the same layers by the names that other versions have for them', async () => {
    const result = await trace(`from keras.src.layers.core.dense import Dense
from keras.layers.core import Dropout, Flatten
from keras.layers.convolutional import Conv2D, MaxPooling2D
from keras.initializers.initializers_v2 import HeNormal
from tensorflow.python.keras.layers import BatchNormalization
from tensorflow.keras.layers.experimental import preprocessing
from keras.models import Sequential
import tensorflow as tf

def net():
    model = Sequential()
    model.add(tf.keras.layers.experimental.preprocessing.RandomFlip(input_shape=(32, 32, 3)))
    model.add(preprocessing.Rescaling(1 / 255))
    model.add(Conv2D(8, (3, 3), kernel_initializer=HeNormal()))
    for layer in (BatchNormalization(), MaxPooling2D(), Flatten(), Dropout(0.1), Dense(3)):
        model.add(layer)
    return model
`);
    expect([names(result), counts(result), said(result)]).toEqual([['net'], [224 + 16 + 1800 * 3 + 3], []]);
  });

  it('takes channels first where a layer says so', async () => {
    const { models } = await trace(`${head}model = keras.Sequential([
    keras.Input((3, 16, 20)),
    layers.Conv2D(8, 3, data_format="channels_first"),
    layers.BatchNormalization(axis=1),
    layers.MaxPooling2D(2, data_format="channels_first"),
])
`);
    const { graph } = models[0]!;
    expect(graph.outputs.map((id) => formatShape(graph.values[id]!.shape))).toEqual(['N×8×7×9']);
    expect(graph.params['sequential/conv2d/kernel']!.shape).toEqual([3, 3, 3, 8]);
  });

  describe('that uses keras.applications', () => {
    const text = 'from keras.applications import Tiny, tiny\nmodel = Tiny(classes=7)\n';

    it('is told in one line where Keras is not installed', async () => {
      const result = await trace(
        'from tensorflow.keras.applications import ResNet50\nmodel = ResNet50(weights=None)\n',
      );
      expect(said(result)).toEqual([
        'warning not-installed 1: keras.applications is read from your own Keras, which was not found: ' +
          'choose the Python environment of this project in which keras is installed',
      ]);
    });

    it('runs the builder of the Keras that is installed', async () => {
      const site = path.join(folder, 'site-packages');
      const place = path.join(site, 'keras/src/applications');
      mkdirSync(place, { recursive: true });
      for (const init of ['keras', 'keras/src', 'keras/src/applications'])
        writeFileSync(
          path.join(site, init, '__init__.py'),
          'raise RuntimeError("only the builders are read")\n'.repeat(init.endsWith('applications') ? 0 : 1),
        );
      cpSync(path.join(root, 'test/golden/keras/vgg16.installed.py'), path.join(place, 'vgg16.py'));
      const result = await trace(text.replace('Tiny, tiny', 'VGG16').replace('Tiny', 'VGG16'), [site]);
      expect([names(result), said(result)]).toEqual([['model'], []]);
      expect(Object.keys(result.models[0]!.graph.params)).toEqual([
        'block1_conv1/kernel',
        'block1_conv1/bias',
        'predictions/kernel',
        'predictions/bias',
      ]);
      expect(readFileSync(path.join(place, 'vgg16.py'), 'utf8')).toContain('keras_export');
    });
  });
});
