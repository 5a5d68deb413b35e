// Every op of the table on the WASM device, its value and all its gradients, against what PyTorch computes.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import type { TensorData } from '../../core/graph/tensor';
import { permuteAxes } from '../../core/sparsity/permute';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { toGraphOrder } from '../../training/executor/borders';
import { kernels } from '../../training/executor/kernels/table';
import { Parameters } from '../../training/executor/parameters';
import { difference, randomInputs, randomModel, randomTensor } from '../unit/export/models';
import { image, opCases } from './op-cases';
import { noTorch, runTorch } from './torch';

const batch = 2;

describe.skipIf(noTorch)(`the executor and PyTorch agree${noTorch ? ` (${noTorch})` : ''}`, () => {
  const built = opCases.map(({ op, attrs = {}, inputs = [image], torch }) => {
    const builder = new GraphBuilder('pytorch');
    const ids = inputs.map((shape) => builder.input(shape));
    const model = randomModel(builder.finish(op, builder.add(op, ids, attrs, { path: 'm' })));
    const shape = model.graph.values[model.graph.outputs[0]!]!.shape;
    // The gradient of a sum of outputs, each with a weight of its own.
    const share = randomTensor(
      shape.map((dim) => (typeof dim === 'number' ? dim : dim.batch * batch)),
      7,
    );
    const node = model.graph.nodes[0]!;
    const roles = Object.keys(node.params).filter((role) => !role.startsWith('running'));
    return { model, node, roles, inputs: randomInputs(model, batch), share, torch };
  });

  const script = built.map(({ node, roles, inputs, torch }) => {
    const all = [...['x', 'y'].slice(0, inputs.length), ...Object.keys(node.params)];
    const leaves = [...['x', 'y'].slice(0, inputs.length), ...roles].join(', ');
    return [
      ...all.map((name) => `${name} = next(queue)`),
      'share = next(queue)',
      `leaves = [${leaves}]`,
      'for leaf in leaves: leaf.requires_grad_(True)',
      // relu6 sees inputs that saturate it in the table; here the input is what it is.
      `out = ${torch.replace('5 * x', 'x')}`,
      'results.append(out)',
      'results.extend(torch.autograd.grad((out * share).sum(), leaves))',
      '',
    ].join('\n');
  });
  let expected: TensorData[][] = [];

  beforeAll(async () => {
    const all = built.flatMap(({ model, inputs, share }) => [...inputs, ...model.weights.values(), share]);
    const flat = runTorch(`queue = iter(inputs)\nresults = []\n${script.join('')}answer(results)\n`, all);
    let at = 0;
    expected = built.map(({ inputs, roles }) => flat.slice(at, (at += 1 + inputs.length + roles.length)));
    await wasmDevice(path.resolve('dist')).activate();
  });

  it.each(built.map(({ torch }, i) => [torch, i] as const))('on %s', async (_, i) => {
    const { model, node, roles, inputs, share } = built[i]!;
    const parameters = Parameters.load(model.graph, model.weights);
    const kernel = kernels.get(node.op)!;
    const [fixed, weights] = [
      tf.tensor(share.data, [...share.shape]),
      roles.map((role) => node.params[role]!),
    ];
    let value: tf.Tensor | undefined;
    const f = (...leaves: tf.Tensor[]) => {
      const param = (role: string) => {
        const at = roles.indexOf(role);
        if (at >= 0) return leaves[inputs.length + at] as tf.Variable;
        return node.params[role] === undefined ? undefined : parameters.variable(node.params[role]);
      };
      const result = kernel.run({
        node,
        inputs: leaves.slice(0, inputs.length),
        param,
        // In the table dropout and batch norm are those of inference; every other op is tried as in training.
        training: !['dropout', 'batchNorm2d'].includes(node.op),
        seed: 1,
        layout: 'NCHW',
      });
      value = tf.keep(toGraphOrder(result, 'NCHW'));
      return tf.sum(tf.mul(value, fixed));
    };
    const leaves = [...inputs.map(toDevice), ...weights.map((name) => parameters.variable(name))];
    const gradients = tf.grads(f)(leaves);
    const [out, ...wanted] = expected[i]!;
    expect(difference(out!, await plain(value!)), 'value').toBeLessThan(1e-5);
    for (const [k, gradient] of gradients.entries()) {
      const actual =
        k < inputs.length
          ? await plain(toGraphOrder(gradient, 'NCHW'))
          : await parameters.toFramework(weights[k - inputs.length]!, gradient);
      expect(difference(wanted[k]!, actual), `gradient ${k}`).toBeLessThan(1e-4);
    }
  });
});

/** An input as the executor takes it: images with their channels last. */
function toDevice({ shape, data }: TensorData): tf.Tensor {
  if (shape.length !== 4) return tf.tensor(data, [...shape]);
  const order = [0, 2, 3, 1];
  return tf.tensor(
    permuteAxes(data as Float32Array, shape, order),
    order.map((axis) => shape[axis]!),
  );
}

const plain = async (tensor: tf.Tensor): Promise<TensorData> => ({
  shape: tensor.shape,
  data: (await tensor.data()) as Float32Array,
});
