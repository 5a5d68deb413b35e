// TF.js models: what the loader finds in a file, and what graph its topology becomes, against TF.js' own counts.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../../core/sparsity/mask';
import { createTfjsFrontend } from '../../../language-server/frontends/tfjs/frontend';
import { topologyToGraph } from '../../../language-server/frontends/tfjs/to-graph';
import type { Topology } from '../../../language-server/frontends/tfjs/topology';
import { loadTfjsModels } from '../../../training/tfjs-model/load';

const distDir = path.resolve('dist');
const frontend = createTfjsFrontend({
  load: (file, text) => loadTfjsModels(file, text, { distDir, deadlineMs: 8000 }),
});

const trace = (text: string, file = path.join(mkdtempSync(path.join(tmpdir(), 'tfjs-')), 'model.ts')) => {
  writeFileSync(file, text);
  return frontend.trace({ file, text }, new AbortController().signal);
};

const header = "import * as tf from '@tensorflow/tfjs';\n";

describe('a TF.js model file', () => {
  it('yields the model that an exported factory returns, at the line that declares it', async () => {
    const { models, diagnostics } = await trace(
      `${header}\nexport function net(units = 4) {\n  return tf.sequential({ layers: [\n    tf.layers.dense({ units, inputShape: [8] }),\n  ] });\n}\n`,
    );
    expect(diagnostics).toEqual([]);
    expect(models.map(({ graph }) => graph.name)).toEqual(['net']);
    expect(models[0]!.source!.startLine).toBe(2);
    expect(models[0]!.graph.nodes[0]!.source[0]!.startLine).toBe(4);
  });

  it('is read without training, even when the script trains at once', async () => {
    const { models } = await trace(
      `${header}const model = tf.sequential();\nmodel.add(tf.layers.dense({ units: 2, inputShape: [3] }));\n` +
        "model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\nmodel.fit(tf.ones([1, 3]), tf.ones([1, 2])).then(() => { while (true); });\n",
    );
    expect(models).toHaveLength(1);
  });

  it('that loops for ever is one line, and the next file still loads', { timeout: 30_000 }, async () => {
    const stuck = await trace(`${header}while (true);\n`);
    expect(stuck.models).toEqual([]);
    expect(stuck.diagnostics.map(({ message }) => message)).toEqual([
      'model.ts did not finish loading in 8 s',
    ]);
    const next = await trace(
      `${header}export const m = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });\n`,
    );
    expect(next.models).toHaveLength(1);
  });

  it('that throws says what and at which line', async () => {
    const { diagnostics } = await trace(`${header}\nthrow new Error('no GPU here');\n`);
    expect(diagnostics[0]!.message).toBe('model.ts: no GPU here (line 3)');
    expect(diagnostics[0]!.range.startLine).toBe(2);
  });

  it('that exits takes nothing down with it', async () => {
    const { diagnostics } = await trace(`${header}process.exit(3);\n`);
    expect(diagnostics[0]!.message).toContain('exit code 3');
  });
});

describe('a topology becomes a graph', () => {
  const graphOf = (model: tf.LayersModel) =>
    topologyToGraph(model.toJSON(null, false) as unknown as Topology, model.name, () => []).graph;

  const sameAs = (model: tf.LayersModel) => {
    const graph = graphOf(model);
    const params = Object.values(graph.params);
    expect(params.reduce((n, { shape }) => n + elementsOf(shape), 0)).toBe(model.countParams());
    const shapes = (all: readonly { readonly shape: readonly (number | null)[] }[]) =>
      all.map(({ shape }) => shape.join('×')).sort();
    expect(shapes(params)).toEqual(shapes(model.weights));
    const output = graph.values[graph.outputs[0]!]!.shape.slice(1);
    expect(output).toEqual(model.outputs[0]!.shape.slice(1));
  };

  it('with the same parameters and output shape as TF.js for the example', async () => {
    const [example] = await loadTfjsModels(path.resolve('examples/tfjs/convnet.ts'), undefined, { distDir });
    const model = await tf.models.modelFromJSON(example!.topology as never);
    sameAs(model);
  });

  it('for depthwise convolution, pooling, padding, flatten, dropout and fused activations', () => {
    sameAs(
      tf.sequential({
        layers: [
          tf.layers.conv2d({
            filters: 6,
            kernelSize: 5,
            strides: 2,
            activation: 'relu',
            inputShape: [29, 31, 3],
          }),
          tf.layers.zeroPadding2d({
            padding: [
              [1, 0],
              [2, 1],
            ],
          }),
          tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 1 }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }),
          tf.layers.flatten(),
          tf.layers.dropout({ rate: 0.5 }),
          tf.layers.dense({ units: 7, activation: 'softmax' }),
        ],
      }),
    );
  });

  it('for a layer that is called twice, which shares its parameters', () => {
    const input = tf.input({ shape: [4] });
    const shared = tf.layers.dense({ units: 4 });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const concat = tf.layers.concatenate().apply([twice, input]) as tf.SymbolicTensor;
    sameAs(tf.model({ inputs: input, outputs: concat }));
  });

  it('with a named barrier for a layer it does not know', () => {
    const model = tf.sequential({ layers: [tf.layers.gaussianNoise({ stddev: 1, inputShape: [4] })] });
    const { graph, notes } = topologyToGraph(model.toJSON(null, false) as unknown as Topology, 'm', () => []);
    expect(graph.nodes[0]!.op).toBe('unknown');
    expect(notes[0]).toContain('GaussianNoise');
  });
});
