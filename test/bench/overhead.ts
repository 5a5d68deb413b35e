// `npm run bench:overhead`: a training step by the executor beside the same step written by hand with the same kernels.
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { GraphBuilder } from '../../core/graph/builder';
import type { ModelGraph } from '../../core/graph/model-graph';
import { N } from '../../core/graph/shape';
import { wasmDevice } from '../../native/devices/wasm';
import { conv2dTrain } from '../../native/kernels/convolution';
import { adam, batchNormTrain, relu } from '../../native/kernels/fused';
import { tf } from '../../native/tf';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { seeded } from '../../training/executor/random';
import { Adam } from '../../training/optimizers/adam';
import { Classification } from '../../training/tasks/classification';
import { trainStep } from '../../training/trainer/step';

const distDir = path.resolve(__dirname, '..');
const [batch, size, rounds] = [32, 32, 25];
const goal = 1.1;
/** Widths of the stages; all but the first halve the image. */
const widths = [3, 16, 32, 64];

const random = seeded(1);
const data = Float32Array.from({ length: batch * size * size * 3 }, () => random.next());
const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);

function graph(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  let x = builder.input([N, 3, size, size]);
  const add = (op: string, attrs: Record<string, number | boolean | number[]>, at: string) => {
    [x] = builder.add(op, [x], attrs, { path: at }) as [string];
  };
  widths.slice(1).forEach((out, i) => {
    const conv = {
      inChannels: widths[i]!,
      outChannels: out,
      kernel: 3,
      stride: i === 0 ? 1 : 2,
      padding: 1,
      dilation: 1,
      groups: 1,
      bias: false,
    };
    add('conv2d', conv, `conv${i}`);
    add('batchNorm2d', { features: out, eps: 1e-5, momentum: 0.1, affine: true }, `bn${i}`);
    add('relu', {}, `relu${i}`);
  });
  add('mean', { axes: [2, 3], keepDims: false }, '');
  add('linear', { inFeatures: 64, outFeatures: 10, bias: true }, 'head');
  return builder.finish('net', [x]);
}

function byExecutor(): () => Promise<number> {
  const parameters = Parameters.initialise(graph(), 1);
  const [executor, optimizer] = [new Executor(parameters.graph, parameters), new Adam(parameters, 1e-3)];
  const inputs = [{ shape: [batch, size, size, 3], data }];
  const given = { inputs, targets: { kind: 'classes', labels }, count: batch } as const;
  return () =>
    timed(async () => (await trainStep(executor, optimizer, new Classification(), given, { seed: 1 })).loss);
}

/** What somebody would write who knows the kernels: variables, a tape, Adam, running statistics. */
function byHand(): () => Promise<number> {
  const convs = widths
    .slice(1)
    .map((out, i) => tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, widths[i]!, out], 0, 0.1)));
  const scales = widths.slice(1).map((out) => tf.variable(tf.ones<tf.Rank.R1>([out])));
  const shifts = widths.slice(1).map((out) => tf.variable(tf.zeros<tf.Rank.R1>([out])));
  const means = widths.slice(1).map((out) => tf.variable(tf.zeros<tf.Rank.R1>([out]), false));
  const variances = widths.slice(1).map((out) => tf.variable(tf.ones<tf.Rank.R1>([out]), false));
  const [weight, bias] = [
    tf.variable(tf.randomNormal<tf.Rank.R2>([64, 10], 0, 0.1)),
    tf.variable(tf.zeros<tf.Rank.R1>([10])),
  ];
  const all = [...convs, ...scales, ...shifts, weight, bias] as tf.Variable[];
  const moments = all.map(
    ({ shape }) => [tf.variable(tf.zeros(shape), false), tf.variable(tf.zeros(shape), false)] as const,
  );
  const towards = (running: tf.Variable, value: tf.Tensor) =>
    tf.tidy(() => running.assign(tf.add(tf.mul(running, 0.9), tf.mul(value, 0.1))));
  let step = 0;
  const forward = (): tf.Scalar => {
    let x: tf.Tensor = tf.tensor4d(data, [batch, size, size, 3]);
    convs.forEach((filter, i) => {
      const stride = i === 0 ? 1 : 2;
      const y = conv2dTrain(
        x as tf.Tensor4D,
        filter,
        [stride, stride],
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        [1, 1],
      );
      const count = y.size / widths[i + 1]!;
      x = relu(
        batchNormTrain(y, scales[i]!, shifts[i]!, 1e-5, ({ mean, variance }) => {
          towards(means[i]!, mean);
          towards(variances[i]!, tf.mul(variance, count / (count - 1)));
        }),
      );
    });
    const logits = tf.add<tf.Tensor2D>(tf.matMul(tf.mean<tf.Tensor2D>(x, [1, 2]), weight), bias);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, 'int32'), 10).toFloat(), logits);
  };
  return () =>
    timed(async () => {
      step++;
      const rate = (1e-3 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      const loss = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(forward, all);
        all.forEach((variable, i) => {
          const [m, v] = moments[i]!;
          const next = adam(variable, grads[variable.name]!, m, v, {
            rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
          });
          [variable, m, v].forEach((target, k) => target.assign(next[k]!));
        });
        return value;
      });
      const [number] = await loss.data();
      loss.dispose();
      return number!;
    });
}

async function timed(step: () => Promise<number>): Promise<number> {
  const start = performance.now();
  if (!Number.isFinite(await step())) throw new Error('the loss is no number');
  return performance.now() - start;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function main(): Promise<void> {
  await wasmDevice(distDir).activate();
  const [ours, hand] = [byExecutor(), byHand()];
  for (const warm of [ours, hand]) await warm();
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    a.push(await ours());
    b.push(await hand());
  }
  const ratio = median(a.map((time, i) => time / b[i]!));
  const rows = [
    ['by hand', `${median(b).toFixed(1)} ms`, ''],
    ['executor', `${median(a).toFixed(1)} ms`, `${ratio.toFixed(2)}×${ratio <= goal ? ' ✓' : ''}`],
  ];
  console.log(
    formatTable(
      [`step of a small convnet, batch ${batch}, wasm`, 'median', `ratio, goal ${goal}×`],
      rows,
      'lrr',
    ).join('\n'),
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
