// A small residual network and recipes of a few steps, for tests and benchmarks alike.
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph, ValueId } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { defaultRecipe } from '../../../core/recipe/defaults';
import type { Recipe, TrainingSpec } from '../../../core/recipe/recipe';

/** Stem and one residual block of two convolutions, so that channels are coupled through an add. 28×28 grey → 10. */
export function tinyNet(width = 8): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const conv = (x: ValueId, inChannels: number, name: string, stride: number): ValueId => {
    const window = { kernel: [3, 3], stride: [stride, stride], padding: [1, 1], dilation: [1, 1] };
    const attrs = { inChannels, outChannels: width, ...window, groups: 1, bias: false };
    const [y] = builder.add('conv2d', [x], attrs, { path: `${name}.conv` });
    const norm = { features: width, eps: 1e-5, momentum: 0.1, affine: true };
    return builder.add('batchNorm2d', [y!], norm, { path: `${name}.bn` })[0]!;
  };
  const relu = (x: ValueId, name: string) => builder.add('relu', [x], {}, { path: name })[0]!;
  const stem = relu(conv(builder.input([N, 1, 28, 28]), 1, 'stem', 4), 'stem.relu');
  const inner = relu(conv(stem, width, 'a', 1), 'a.relu');
  const outer = conv(inner, width, 'b', 1);
  const sum = relu(builder.add('add', [outer, stem], {}, { path: 'sum' })[0]!, 'sum.relu');
  const [pooled] = builder.add('adaptiveAvgPool2d', [sum], { output: [1, 1] }, { path: 'pool' });
  const [flat] = builder.add('flatten', [pooled!], { start: 1, end: -1 }, { path: '' });
  const head = { inFeatures: width, outFeatures: 10, bias: true };
  const [y] = builder.add('linear', [flat!], head, { path: 'head' });
  return builder.finish('tiny', [y!]);
}

/** Linear layers of 16, 12 and 10, the last the head. 28×28 grey → 10. */
export function tinyMlp(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const linear = (x: ValueId, inFeatures: number, outFeatures: number, at: string) =>
    builder.add('linear', [x], { inFeatures, outFeatures, bias: true }, { path: at })[0]!;
  const [flat] = builder.add('flatten', [builder.input([N, 1, 28, 28])], { start: 1, end: -1 }, { path: '' });
  const [a] = builder.add('relu', [linear(flat!, 784, 16, 'a')], {}, { path: 'ra' });
  const [b] = builder.add('relu', [linear(a!, 16, 12, 'b')], {}, { path: 'rb' });
  return builder.finish('mlp', [linear(b!, 12, 10, 'head')]);
}

interface Changes extends Partial<Omit<Recipe, 'training'>> {
  readonly training?: Partial<TrainingSpec>;
}

/** Digits, 16 steps an epoch, checkpoints every 4 steps. */
export function tinyRecipe(method: string, { training, options, ...rest }: Changes = {}): Recipe {
  const base = defaultRecipe(method, { file: 'tiny.py', name: 'tiny' });
  return {
    ...base,
    data: { kind: 'digits', train: 256, test: 100 },
    device: 'wasm',
    ...rest,
    options: { ...base.options, ...options },
    training: { ...base.training, epochs: 2, batch: 16, checkpointEvery: 4, ...training },
  };
}
