// Run by device-webgpu.test.ts in a process of its own: a few training steps on a device, told as JSON on stdout.
import { GraphBuilder } from '../../core/graph/builder';
import { N } from '../../core/graph/shape';
import { chooseDevice } from '../../native/devices/table';
import { tf } from '../../native/tf';
import { Adam } from '../../training/optimizers/adam';
import { Executor } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { Classification } from '../../training/tasks/classification';
import { tensorOf } from '../../training/trainer/batches-of';
import { trainStep } from '../../training/trainer/step';

/** A strided convolution, batch norm, a dilated and a depthwise one, pooling, a linear head. */
function network() {
  const builder = new GraphBuilder('pytorch');
  const conv = (x: string, inChannels: number, outChannels: number, attrs: object, path: string) =>
    builder.add(
      'conv2d',
      [x],
      {
        inChannels,
        outChannels,
        kernel: 3,
        stride: 1,
        padding: 1,
        dilation: 1,
        groups: 1,
        bias: false,
        ...attrs,
      },
      { path },
    )[0]!;
  const bn = (x: string, features: number, path: string) =>
    builder.add('batchNorm2d', [x], { features, eps: 1e-5 }, { path })[0]!;
  const plain = (op: string, x: string, attrs: Record<string, number | number[]> = {}) =>
    builder.add(op, [x], attrs, { path: '' })[0]!;
  let x = builder.input([N, 1, 12, 12]);
  x = plain('relu', bn(conv(x, 1, 6, { stride: 2 }, 'a'), 6, 'a_bn'));
  x = plain('relu', bn(conv(x, 6, 6, { padding: 2, dilation: 2 }, 'b'), 6, 'b_bn'));
  x = plain('relu', conv(x, 6, 6, { groups: 6, bias: true }, 'c'));
  x = plain('flatten', plain('maxPool2d', x, { kernel: 2, stride: 2 }), { start: 1, end: -1 });
  const [y] = builder.add('linear', [x], { inFeatures: 54, outFeatures: 4, bias: true }, { path: 'head' });
  return builder.finish('network', [y!]);
}

async function main(): Promise<void> {
  const [id, distDir] = process.argv.slice(2) as [string, string];
  const device = await chooseDevice(id, distDir);
  await device.activate();
  const parameters = Parameters.initialise(network(), 1);
  const [executor, optimizer] = [new Executor(parameters.graph, parameters), new Adam(parameters, 1e-2)];
  const images = {
    shape: [8, 12, 12, 1],
    data: Float32Array.from({ length: 8 * 144 }, (_, i) => Math.sin(i * 12.9898)),
  };
  const labels = Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3);
  const batch = { inputs: [images], targets: { kind: 'classes', labels }, count: 8 } as const;
  const task = new Classification();
  const losses: number[] = [];
  const tensors: number[] = [];
  for (let step = 0; step < 4; step++) {
    losses.push((await trainStep(executor, optimizer, task, batch, { seed: step })).loss);
    tensors.push(tf.memory().numTensors);
  }
  const logits = await executor.predict([tensorOf(images)])[0]!.data();
  console.log(JSON.stringify({ losses, tensors, logits: [...logits] }));
  parameters.dispose();
  device.release();
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
