// ONNX files: what our own exporter writes is read as the same model, and damaged bytes are refused in one line.
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../../core/analysis/analyze';
import { GraphBuilder } from '../../../../core/graph/builder';
import { graphCost } from '../../../../core/graph/cost';
import type { ModelGraph } from '../../../../core/graph/model-graph';
import type { TensorData } from '../../../../core/graph/tensor';
import { N } from '../../../../core/graph/shape';
import { isTwoFour } from '../../../../core/sparsity/value-facts';
import { readOnnx } from '../../../../language-server/frontends/onnx/frontend';
import { arraySource } from '../../../../language-server/frontends/tensors/byte-source';
import { exportOnnx } from '../../../../training/export/onnx/export';
import { encodeModel, type OnnxNode } from '../../../../training/export/onnx/proto';
import { Random } from '../../core/support/random';
import { densenet121, mobilenetV2, resnet18 } from '../../core/support/zoo';
import { randomModel } from '../../export/models';

async function read(bytes: Uint8Array, values = false) {
  const { signal } = new AbortController();
  const { models } = await readOnnx(arraySource(bytes), { file: '/models/net.onnx', values }, signal);
  return models[0]!;
}

/** A block of everything that exporters take apart. */
function decomposed(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const add = (op: string, inputs: string[], attrs: Parameters<GraphBuilder['add']>[2], path: string) =>
    builder.add(op, inputs, attrs, { path })[0]!;
  const image = builder.input([N, 3, 32, 32]);
  const window = { kernel: [4, 4], stride: [4, 4], padding: [0, 0], dilation: [1, 1], groups: 1, bias: true };
  const patches = add('conv2d', [image], { inChannels: 3, outChannels: 16, ...window }, 'patch');
  const rows = add('reshape', [patches], { shape: [{ batch: 1 }, 16, 64] }, '');
  const tokens = add('permute', [rows], { order: [0, 2, 1] }, '');
  const norm = { shape: [16], features: 16, eps: 1e-5, affine: true };
  const normed = add('layerNorm', [tokens], norm, 'norm');
  const wide = add('linear', [normed], { inFeatures: 16, outFeatures: 32, bias: true }, 'wide');
  const acts = ['gelu', 'silu', 'mish'].reduce(
    (x, op) => add(op, [x], op === 'gelu' ? { approximate: 'none' } : {}, op),
    wide,
  );
  const back = add('linear', [acts], { inFeatures: 32, outFeatures: 16, bias: false }, 'back');
  const sum = add('add', [tokens, back], {}, '');
  const mean = add('mean', [sum], { axes: [1], keepDims: false }, '');
  return builder.finish('decomposed', [
    add('linear', [mean], { inFeatures: 16, outFeatures: 10, bias: true }, 'head'),
  ]);
}

const graphs: readonly (readonly [string, () => ModelGraph])[] = [
  ['ResNet-18', resnet18],
  ['DenseNet-121', densenet121],
  ['MobileNetV2', mobilenetV2],
  ['a block of gelu, silu, mish, layer norm and linear layers on tokens', decomposed],
];

describe('what our exporter writes is read as the same model:', () => {
  it.each(graphs)('%s', async (_, build) => {
    const source = build();
    const { graph, notes } = await read(exportOnnx(randomModel(source)));
    expect(notes).toEqual([]);
    expect(graphCost(graph)).toEqual(graphCost(source));
    expect(
      Object.values(graph.params)
        .map(({ name, shape }) => `${name} ${shape.join('×')}`)
        .sort(),
    ).toEqual(
      Object.values(source.params)
        .map(({ name, shape }) => `${name} ${shape.join('×')}`)
        .sort(),
    );
    expect(graph.outputs.map((id) => graph.values[id]!.shape)).toEqual(
      source.outputs.map((id) => source.values[id]!.shape),
    );
    const prunable = (of: ModelGraph) =>
      analyze(of).groups.map((group) => [group.channels, group.prunable.ok]);
    expect(prunable(graph)).toEqual(prunable(source));
  });

  it('and says how sparse its weights are, in whichever order of axes they lie', async () => {
    const model = randomModel(decomposed());
    const sparse = (name: string, keep: (i: number) => boolean): [string, TensorData] => {
      const { shape, data } = model.weights.get(name)!;
      return [name, { shape, data: Float32Array.from(data, (value, i) => (keep(i) ? value : 0)) }];
    };
    const weights = new Map([
      ...model.weights,
      // Out × in: two of every four inputs.
      sparse('wide.weight', (i) => i % 4 < 2),
      sparse('head.weight', (i) => Math.floor(i / 16) !== 3),
    ]);
    const { weights: facts } = await read(exportOnnx({ ...model, weights }), true);
    const values = (name: string) => facts!.find((entry) => entry.name === name)!.values!;
    expect(isTwoFour(values('wide.weight'))).toBe(true);
    expect(isTwoFour(values('back.weight'))).toBe(false);
    expect(values('head.weight')).toMatchObject({ zeros: 16, zeroOutputs: 1, zeroInputs: 0 });
  });
});

describe('an operator that nobody knows', () => {
  const node = (op: string, inputs: string[], output: string, attrs = {}): OnnxNode => ({
    ...{ op, name: `${op}_1`, inputs, outputs: [output], attrs },
  });
  const floats = (shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((n, dim) => n * dim, 1)).fill(1),
  });

  it('is a barrier by its name, with its weights, and the rest is read', async () => {
    const { graph, notes } = await read(
      encodeModel({
        name: 'odd',
        nodes: [
          node('Conv', ['x', 'conv.weight'], 'a', { kernel_shape: { ints: [1, 1] } }),
          node('Wobble', ['a', 'wobble.weight'], 'b'),
          node('Relu', ['b'], 'y'),
        ],
        initializers: new Map([
          ['conv.weight', floats([8, 4, 1, 1])],
          ['wobble.weight', floats([8, 8])],
        ]),
        inputs: [{ name: 'x', shape: [N, 4, 5, 5], type: 'float' }],
        outputs: [{ name: 'y', shape: [N, 8, 5, 5], type: 'float' }],
      }),
    );
    expect(notes).toEqual([
      'Wobble is a barrier (wobble): channels are not followed through it; shapes after it are taken as its input’s',
    ]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['conv2d', 'unknown', 'relu']);
    expect(graphCost(graph).params).toBe(32 + 64);
    const group = analyze(graph).groups.find(({ channels }) => channels === 8);
    expect(group?.prunable).toMatchObject({ ok: false, reason: expect.stringContaining('Wobble') as string });
  });

  it('whose shapes do not fit is said so, and ends nothing', async () => {
    const { graph, notes } = await read(
      encodeModel({
        name: 'bad',
        nodes: [node('Conv', ['x', 'w'], 'a'), node('Relu', ['a'], 'y')],
        initializers: new Map([['w', floats([8, 3, 1, 1])]]),
        inputs: [{ name: 'x', shape: [N, 4, 5, 5], type: 'float' }],
        outputs: [{ name: 'y', shape: [N, 8, 5, 5], type: 'float' }],
      }),
    );
    expect(notes.join('\n')).toContain('conv2d expects 3 input channels but the input is N×4×5×5');
    expect(graph.nodes.map(({ op }) => op)).toEqual(['unknown', 'relu']);
  });
});

describe('damaged bytes', () => {
  const bytes = exportOnnx(randomModel(decomposed()));
  const random = new Random(11);
  const outcome = async (damaged: Uint8Array): Promise<string> => {
    try {
      await read(damaged, true);
      return 'read';
    } catch (error) {
      expect((error as Error).constructor.name, (error as Error).stack).toMatch(/^(DamagedFile|Error)$/);
      return (error as Error).message;
    }
  };

  it('that end too early are refused in one line', async () => {
    for (let i = 0; i < 300; i++) {
      const message = await outcome(bytes.subarray(0, random.below(bytes.length)));
      expect(message).toMatch(/^[^\n]{5,300}$/);
    }
  });

  it('never crash, hang or take memory, whatever they are', async () => {
    const started = performance.now();
    // The graph's structure lies around the weights: flips are tried where the names are, and anywhere.
    for (let i = 0; i < 3000; i++) {
      const copy = Uint8Array.from(bytes);
      for (let flips = 1 + random.below(4); flips > 0; flips--)
        copy[random.below(i % 2 === 0 ? 2500 : copy.length)] = random.below(256);
      expect(await outcome(copy)).toMatch(/^[^\n]{4,300}$/);
    }
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('of pure noise are no model', async () => {
    for (let i = 0; i < 200; i++) {
      const noise = Uint8Array.from({ length: random.below(2000) }, () => random.below(256));
      expect(await outcome(noise)).not.toBe('read');
    }
  });

  it('that claim endless lengths, dimensions and constants are not believed', async () => {
    const varint = (value: bigint): number[] =>
      value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
    const field = (number: number, body: number[]) => [
      ...varint(BigInt(number * 8 + 2)),
      ...varint(BigInt(body.length)),
      ...body,
    ];
    const whole = (number: number, value: bigint) => [...varint(BigInt(number * 8)), ...varint(value)];
    const graph = (...parts: number[][]) => Uint8Array.from(field(7, parts.flat()));
    const name = field(8, [0x77]);
    const huge = [...Array(6).keys()].flatMap(() => whole(1, 2n ** 40n));
    expect(await outcome(graph(field(5, [...huge, ...whole(2, 1n), ...name])))).toMatch(/w has the shape/);
    expect(await outcome(graph(field(5, [...whole(1, 2n ** 63n), ...whole(2, 1n), ...name])))).toMatch(
      /w has the shape/,
    );
    const fill = field(1, [
      ...field(1, [0x73]),
      ...field(2, [0x79]),
      ...field(4, [...Buffer.from('ConstantOfShape')]),
    ]);
    const shape = field(5, [
      ...field(8, [0x73]),
      ...whole(1, 2n),
      ...whole(2, 7n),
      ...field(7, [...varint(2n ** 30n), ...varint(2n ** 30n)]),
    ]);
    const output = field(12, field(1, [0x79]));
    expect(await outcome(graph(fill, shape, output))).toBe('read');
    expect(await outcome(Uint8Array.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]))).toMatch(
      /claims 4294967295 bytes/,
    );
  });
});
