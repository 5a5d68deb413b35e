// ONNX export, run by the real ONNX Runtime: against TF.js for NHWC models, by hand for what is easily computed.
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import path from 'node:path';
import { GraphBuilder } from '../../../core/graph/builder';
import { ops } from '../../../core/graph/ops/table';
import { N } from '../../../core/graph/shape';
import type { TensorData, TrainedModel } from '../../../core/graph/tensor';
import { topologyToGraph } from '../../../language-server/frontends/tfjs/to-graph';
import type { Topology } from '../../../language-server/frontends/tfjs/topology';
import { loadOnnxRuntime } from '../../../native/latency/onnxruntime';
import { exportOnnx, type OnnxOptions } from '../../../training/export/onnx/export';
import { onnxOps } from '../../../training/export/onnx/ops/table';
import { difference, randomInputs, randomModel, randomTensor } from './models';
import { readOnnx } from './read-onnx';

const runtime = loadOnnxRuntime(path.resolve('dist'));

async function infer(bytes: Uint8Array, inputs: readonly TensorData[]): Promise<TensorData[]> {
  const session = await runtime.open(bytes);
  const outputs = await session.run(inputs);
  await session.release();
  return outputs;
}

const place = (path: string) => ({ path });

describe('the ONNX op table', () => {
  it('names ops of the op table alone', () => {
    expect([...onnxOps.keys()].filter((kind) => !ops.has(kind))).toEqual([]);
  });
});

describe('an exported PyTorch graph', () => {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([N, 3, 8, 8]);
  const conv = { inChannels: 3, outChannels: 4, kernel: [3, 3], stride: [1, 1], padding: [1, 1] };
  const [c] = builder.add(
    'conv2d',
    [x],
    { ...conv, dilation: [1, 1], groups: 1, bias: false },
    place('layer.0'),
  );
  const [b] = builder.add('batchNorm2d', [c!], { features: 4, eps: 1e-3, affine: true }, place('layer.1'));
  const [r] = builder.add('relu', [b!], {}, place('layer.2'));
  const [d] = builder.add('dropout', [r!], { rate: 0.5 }, place('drop'));
  const [f] = builder.add('flatten', [d!], { start: 1, end: -1 }, place(''));
  const [y] = builder.add('linear', [f!], { inFeatures: 256, outFeatures: 5, bias: true }, place('head'));
  const model = randomModel(builder.finish('Net', [y!]));
  const onnx = readOnnx(exportOnnx(model));

  it('says opset 17, IR version 8, and a batch that is open', () => {
    expect(onnx).toMatchObject({ irVersion: 8, opset: 17, producer: 'Espalier' });
    expect(onnx.inputs).toEqual([{ name: 'input', shape: ['N', 3, 8, 8] }]);
    expect(onnx.outputs).toEqual([{ name: 'output', shape: ['N', 5] }]);
  });

  it('keeps the names and the exact values of its weights, zeros included', () => {
    const weights = new Map(model.weights);
    const masked = Float32Array.from(weights.get('head.weight')!.data, (w, i) => (i % 4 < 2 ? 0 : w));
    weights.set('head.weight', { shape: [5, 256], data: masked });
    const { initializers } = readOnnx(exportOnnx({ ...model, weights }));
    for (const [name, { shape, data }] of weights) {
      expect(initializers.get(name)!.shape).toEqual(shape);
      expect(initializers.get(name)!.floats).toEqual(data);
    }
  });

  it('names its nodes by the modules that made them', () => {
    expect(onnx.nodes.map(({ op, name }) => [op, name])).toEqual([
      ['Conv', 'layer.0/Conv'],
      ['BatchNormalization', 'layer.1/BatchNormalization'],
      ['Relu', 'layer.2/Relu'],
      ['Reshape', 'Reshape'],
      ['Gemm', 'head/Gemm'],
    ]);
  });

  it('runs at any batch size', async () => {
    const bytes = exportOnnx(model);
    const [three] = await infer(bytes, randomInputs(model, 3));
    expect(three!.shape).toEqual([3, 5]);
    const [one] = await infer(bytes, [
      { shape: [1, 3, 8, 8], data: randomInputs(model, 3)[0]!.data.subarray(0, 192) },
    ]);
    expect(difference(one!, { shape: [1, 5], data: three!.data.subarray(0, 5) })).toBeLessThan(1e-6);
  });
});

describe('an export', () => {
  it('hands on an input, or one value twice, under a name each', async () => {
    const builder = new GraphBuilder('pytorch');
    const x = builder.input([N, 2]);
    const [y] = builder.add('relu', [x], {}, place('relu'));
    const model = randomModel(builder.finish('Net', [x, y!, y!]));
    const input = { shape: [1, 2], data: Float32Array.of(-1, 2) };
    const outputs = await infer(exportOnnx(model), [input]);
    expect(outputs.map(({ data }) => [...data])).toEqual([
      [-1, 2],
      [0, 2],
      [0, 2],
    ]);
  });

  it('shares the weights of a layer that is called twice', () => {
    const builder = new GraphBuilder('pytorch');
    const attrs = { inFeatures: 4, outFeatures: 4, bias: true };
    const [a] = builder.add('linear', [builder.input([N, 4])], attrs, place('fc'));
    const [b] = builder.add('linear', [a!], attrs, place('fc'));
    const onnx = readOnnx(exportOnnx(randomModel(builder.finish('Net', [b!]))));
    expect([...onnx.initializers.keys()].sort()).toEqual(['fc.bias', 'fc.weight']);
    expect(onnx.nodes.map(({ name }) => name)).toEqual(['fc/Gemm', 'fc/Gemm_1']);
  });

  it('takes tokens as 64-bit integers, and makes the shapes that hang on the batch when it knows its size', async () => {
    const builder = new GraphBuilder('pytorch');
    const tokens = builder.input([N, 3], 'int32');
    const [e] = builder.add('embedding', [tokens], { count: 7, features: 4 }, place('table'));
    const [first] = builder.add('constant', [], { shape: [1, 1, 4], data: [1, 2, 3, 4] }, place(''));
    const [each] = builder.add('expand', [first!], { shape: [{ batch: 1 }, 1, 4] }, place(''));
    const [y] = builder.add('concat', [each!, e!], { axis: 1 }, place(''));
    const model = randomModel(builder.finish('Tokens', [y!]));
    const table = model.weights.get('table.weight')!.data;
    const ids = [6, 0, 2, 1, 1, 5];
    const [output] = await infer(exportOnnx(model), [{ shape: [2, 3], data: Int32Array.from(ids) }]);
    expect(output!.shape).toEqual([2, 4, 4]);
    const rows = [
      [-1, ...ids.slice(0, 3)],
      [-1, ...ids.slice(3)],
    ].flat();
    expect([...output!.data]).toEqual(
      rows.flatMap((id) => (id < 0 ? [1, 2, 3, 4] : [...table.slice(4 * id, 4 * id + 4)])),
    );
  });

  it('computes adaptive means over windows of unequal size', async () => {
    const builder = new GraphBuilder('pytorch');
    const [y] = builder.add(
      'adaptiveAvgPool2d',
      [builder.input([N, 1, 1, 5])],
      { output: [1, 3] },
      place('pool'),
    );
    const input = { shape: [1, 1, 1, 5], data: Float32Array.of(1, 2, 3, 4, 5) };
    const [out] = await infer(exportOnnx(randomModel(builder.finish('Net', [y!]))), [input]);
    // PyTorch's windows: 0–1, 1–3, 3–4.
    expect([...out!.data]).toEqual([1.5, 3, 4.5]);
  });

  it('refuses an op it does not know in one line with op and path', () => {
    const builder = new GraphBuilder('pytorch');
    const [y] = builder.addUnknown('torch.linalg.svd', [builder.input([N, 4])], [[N, 4]], place('mixer.0'));
    expect(() => exportOnnx(randomModel(builder.finish('Net', [y!])))).toThrow(
      /^mixer\.0: cannot export torch\.linalg\.svd to ONNX: [^\n]+$/,
    );
  });

  it('refuses weights that are missing or have another shape, by name', () => {
    const builder = new GraphBuilder('pytorch');
    const attrs = { inFeatures: 4, outFeatures: 2, bias: true };
    const [y] = builder.add('linear', [builder.input([N, 4])], attrs, place('fc'));
    const model = randomModel(builder.finish('Net', [y!]));
    const weights = new Map(model.weights);
    weights.delete('fc.bias');
    expect(() => exportOnnx({ ...model, weights })).toThrow('fc.bias has no values');
    weights.set('fc.bias', randomTensor([3], 1));
    expect(() => exportOnnx({ ...model, weights })).toThrow('fc.bias is 3 but the graph says 2');
  });
});

describe('an exported TF.js model computes what TF.js computes', () => {
  async function compare(keras: tf.LayersModel, options: OnnxOptions = {}) {
    keras.setWeights(
      keras.weights.map(({ shape, name }, i) => {
        const low = name.includes('variance') ? 0.5 : -0.7;
        return tf.tensor(randomTensor(shape as number[], 7 + i, low, 0.9).data, shape as number[]);
      }),
    );
    const { graph } = topologyToGraph(keras.toJSON(null, false) as unknown as Topology, 'net', () => []);
    const weights = new Map(
      keras.weights.map((weight): [string, TensorData] => {
        const { shape } = weight.read();
        return [
          weight.originalName.replace('depthwise_kernel', 'kernel'),
          { shape, data: weight.read().dataSync() as Float32Array },
        ];
      }),
    );
    const model: TrainedModel = { graph, weights };
    const inputs = randomInputs(model, 2);
    const feed = inputs.map(({ shape, data }) => tf.tensor(data, shape as number[]));
    const expected = keras.predict(feed.length === 1 ? feed[0]! : feed) as tf.Tensor;
    const bytes = exportOnnx(model, options);
    const [actual] = await infer(bytes, inputs);
    expect(
      difference({ shape: expected.shape, data: expected.dataSync() as Float32Array }, actual!),
    ).toBeLessThan(1e-5);
    return readOnnx(bytes);
  }
  const layers = tf.layers;

  it('for a residual network, with a transpose at its input alone', async () => {
    const input = tf.input({ shape: [9, 9, 2] });
    const conv = () => layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false });
    const a = layers
      .reLU()
      .apply(layers.batchNormalization().apply(conv().apply(input))) as tf.SymbolicTensor;
    const b = layers.batchNormalization({ epsilon: 0.01 }).apply(conv().apply(a)) as tf.SymbolicTensor;
    const sum = layers.concatenate().apply([layers.add().apply([a, b]) as tf.SymbolicTensor, a]);
    const pooled = layers.globalAveragePooling2d({}).apply(sum);
    const y = layers.dense({ units: 3, activation: 'softmax' }).apply(pooled) as tf.SymbolicTensor;
    const onnx = await compare(tf.model({ inputs: input, outputs: y }));
    expect(onnx.nodes.filter(({ op }) => op === 'Transpose')).toHaveLength(1);
    expect(onnx.inputs[0]!.shape).toEqual(['N', 9, 9, 2]);
  });

  it('for strided SAME windows, depthwise convolution, pools, padding and flatten', async () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({
          filters: 6,
          kernelSize: [3, 2],
          strides: 2,
          padding: 'same',
          inputShape: [12, 11, 3],
        }),
        layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 1],
          ],
        }),
        layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', activation: 'relu6' }),
        layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
        layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
        layers.flatten(),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 5, activation: 'elu' }),
        layers.batchNormalization(),
        layers.dense({ units: 4, activation: 'tanh', useBias: false }),
      ],
    });
    await compare(model);
  });

  it('for dense layers over images, reshape and permute', async () => {
    await compare(
      tf.sequential({
        layers: [
          layers.dense({ units: 4, activation: 'softplus', inputShape: [3, 5, 2] }),
          layers.conv2d({ filters: 3, kernelSize: 1, activation: 'sigmoid' }),
          layers.permute({ dims: [3, 1, 2] }),
          layers.reshape({ targetShape: [9, 5] }),
          layers.dense({ units: 2 }),
          layers.leakyReLU({ alpha: 0.1 }),
          layers.softmax({ axis: -1 }),
        ],
      }),
    );
  });

  it('without any transpose when a single convolution is asked for with channels first', () => {
    const builder = new GraphBuilder('tfjs');
    const attrs = { inChannels: 3, outChannels: 4, kernel: [3, 3], stride: [1, 1], padding: 'same' };
    const [y] = builder.add(
      'conv2d',
      [builder.input([N, 6, 5, 3])],
      { ...attrs, dilation: [1, 1], groups: 1, bias: true },
      place('conv'),
    );
    const onnx = readOnnx(exportOnnx(randomModel(builder.finish('layer', [y!])), { channelsFirst: true }));
    expect(onnx.nodes.map(({ op }) => op)).toEqual(['Conv']);
    expect(onnx.inputs[0]!.shape).toEqual(['N', 3, 6, 5]);
    expect(onnx.outputs[0]!.shape).toEqual(['N', 4, 6, 5]);
  });
});
