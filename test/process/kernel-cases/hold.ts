// Runs the cases on a device, as graphs of one node, and holds values and gradients against what PyTorch computes.
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { sizeAt } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';
import { tf } from '../../../native/tf';
import { Executor, placedInput } from '../../../training/executor/executor';
import { inputOrder, reorder } from '../../../training/executor/order';
import { Parameters } from '../../../training/executor/parameters';
import { difference, randomModel, randomTensor, uniform } from '../../unit/export/models';
import { noTorch, runTorch } from '../torch';
import type { KernelCase, KernelInput } from './case';
import { kernelCases } from './table';

const batch = 2;

/** What a case expects of PyTorch: the outputs, then the gradients of the leaves. */
export interface Wanted {
  readonly outputs: readonly TensorData[];
  readonly gradients: readonly TensorData[];
}

export function holdKernelsAgainstTorch(device: string, activate: () => Promise<void>): void {
  describe.skipIf(noTorch)(`kernels on ${device} and PyTorch agree${noTorch ? ` (${noTorch})` : ''}`, () => {
    const built = kernelCases.map(prepared);
    let wanted: Wanted[] = [];
    beforeAll(async () => {
      wanted = askTorch(built);
      await activate();
    }, 120_000);
    it.each(built.map(({ torch }, i) => [torch, i] as const))('on %s', async (_, i) => {
      await hold(built[i]!, wanted[i]!);
    });
  });
}

/** A case as a graph of one node, with weights and inputs drawn. */
export function prepared({ op, attrs, inputs, torch, training }: KernelCase, seed: number) {
  const builder = new GraphBuilder('pytorch');
  const ids = inputs.map(({ shape, dtype }) => builder.input(shape, dtype));
  const outputs = builder.add(op, ids, attrs, { path: op === 'parameter' ? '' : 'm' });
  const model = randomModel(builder.finish(op, outputs), seed + 1);
  const node = model.graph.nodes[0]!;
  const floats = outputs.map((id) => model.graph.values[id]!.dtype === 'float32');
  // The gradient of a sum of outputs, each with a weight of its own.
  const shares = outputs.map((id, i) => {
    const shape = model.graph.values[id]!.shape.map((dim) => sizeAt(dim, batch));
    return randomTensor(shape, 7 + i);
  });
  return {
    torch,
    training,
    model,
    floats,
    shares,
    inputs: inputs.map((input, i) => drawn(input, 99 + seed + i)),
    dtypes: inputs.map(({ dtype = 'float32' }) => dtype),
    /** Roles of parameters that have gradients. */
    roles: Object.keys(node.params).filter((role) => !role.startsWith('running')),
    node,
  };
}

type Prepared = ReturnType<typeof prepared>;

function drawn({ shape, dtype = 'float32', low = -2, high = 2 }: KernelInput, seed: number): TensorData {
  const sizes = shape.map((dim) => sizeAt(dim, batch));
  const next = uniform(seed);
  const count = sizes.reduce((n, dim) => n * dim, 1);
  const data = Float32Array.from({ length: count }, () => {
    const value = low + (high - low) * next();
    return dtype === 'bool' ? (value > 0 ? 1 : 0) : dtype === 'int32' ? Math.floor(value) : value;
  });
  return { shape: sizes, data };
}

const letters = ['x', 'y', 'z', 'w', 'v'];
const cast = { float32: '', int32: '.long()', bool: '.bool()' } as const;

/** What PyTorch computes of each case. */
export function askTorch(built: readonly Prepared[]): Wanted[] {
  const script = built.map(({ node, roles, inputs, dtypes, torch, floats }) => {
    const leaves = [...letters.slice(0, inputs.length).filter((_, i) => dtypes[i] === 'float32'), ...roles];
    return [
      ...inputs.map((_, i) => `${letters[i]!} = next(queue)${cast[dtypes[i]!]}`),
      ...Object.keys(node.params).map((role) => `${role} = next(queue)`),
      `shares = [next(queue) for _ in range(${floats.length})]`,
      `leaves = [${leaves.join(', ')}]`,
      'for leaf in leaves: leaf.requires_grad_(True)',
      `out = ${torch}`,
      'out = list(out) if isinstance(out, tuple) else [out]',
      'results.extend(y.float() for y in out)',
      'terms = [(y * s).sum() for y, s in zip(out, shares) if y.requires_grad]',
      'grads = torch.autograd.grad(sum(terms), leaves, allow_unused=True) if terms and leaves else [None] * len(leaves)',
      'results.extend(torch.zeros_like(leaf) if g is None else g for g, leaf in zip(grads, leaves))',
      '',
    ].join('\n');
  });
  const all = built.flatMap(({ model, inputs, shares }) => [...inputs, ...model.weights.values(), ...shares]);
  const flat = runTorch(
    `${recurrentLayer}${selectiveScan}queue = iter(inputs)\nresults = []\n${script.join('')}answer(results)\n`,
    all,
  );
  let at = 0;
  return built.map(({ floats, roles, dtypes }) => {
    const outputs = flat.slice(at, (at += floats.length));
    const leaves = dtypes.filter((dtype) => dtype === 'float32').length + roles.length;
    return { outputs, gradients: flat.slice(at, (at += leaves)) };
  });
}

/** A layer of torch.nn that computes with the leaves at hand instead of parameters of its own. */
const recurrentLayer = `
def recurrent(layer, names, x, state=None):
    weights = [names[name] for name in layer._flat_weights_names]
    for name, weight in zip(layer._flat_weights_names, weights):
        del layer._parameters[name]
        setattr(layer, name, weight)
    layer._flat_weights = weights
    y, last = layer(x) if state is None else layer(x, state)
    return (y, *last) if isinstance(last, tuple) else (y, last)
`;

/** As its paper defines it, step by step. */
const selectiveScan = `
def selective_scan(u, delta, a, b, c):
    h, ys = torch.zeros(u.shape[0], *a.shape, dtype=u.dtype), []
    for t in range(u.shape[2]):
        h = torch.exp(delta[:, :, t, None] * a) * h + delta[:, :, t, None] * b[:, None, :, t] * u[:, :, t, None]
        ys.append((h * c[:, None, :, t]).sum(-1))
    return torch.stack(ys, 2)
`;

async function hold(
  { model, inputs, dtypes, floats, roles, shares, training, node }: Prepared,
  wanted: Wanted,
) {
  const { graph } = model;
  const parameters = Parameters.load(graph, model.weights);
  const executor = new Executor(graph, parameters);
  const placed = inputs.map((x, i) =>
    placedInput(dtypes[i] === 'float32' ? x : { ...x, data: Int32Array.from(x.data) }, graph, i),
  );
  const leaves = [
    ...placed.filter((_, i) => dtypes[i] === 'float32'),
    ...roles.map((role) => parameters.variable(node.params[role]!)),
  ];
  const outputs: tf.Tensor[] = [];
  const forward = () => {
    outputs.push(...executor.forward(placed, { training, seed: 1 }).map((y) => tf.keep(y.clone())));
    return outputs;
  };
  const hasGradient = floats.includes(true) && leaves.length > 0;
  const gradients = hasGradient
    ? tf.grads(() => {
        const all = executor.forward(placed, { training, seed: 1 });
        outputs.push(...all.map((y) => tf.keep(y.clone())));
        const terms = all.flatMap((y, i) =>
          floats[i] ? [tf.sum(tf.mul(y, tf.tensor(shares[i]!.data, [...shares[i]!.shape])))] : [],
        );
        return terms.reduce((sum, term) => tf.add(sum, term));
      })(leaves)
    : (forward(), leaves.map((leaf) => tf.zerosLike(leaf)));
  for (const [i, output] of wanted.outputs.entries())
    expect(difference(output, await plain(outputs[i]!)), `output ${i}`).toBeLessThan(2e-5);
  for (const [i, gradient] of wanted.gradients.entries())
    expect(difference(gradient, await inGraphOrder(i, gradients[i]!)), `gradient ${i}`).toBeLessThan(1e-4);

  async function inGraphOrder(leaf: number, gradient: tf.Tensor): Promise<TensorData> {
    const floating = graph.inputs.filter((_, i) => dtypes[i] === 'float32');
    const id = floating[leaf];
    if (id === undefined)
      return parameters.toFramework(node.params[roles[leaf - floating.length]!]!, gradient);
    return plain(reorder(gradient, inputOrder(graph, id), 'graph', graph.layout));
  }
}

const plain = async (tensor: tf.Tensor): Promise<TensorData> => ({
  shape: tensor.shape,
  data: Float32Array.from(await tensor.data()),
});
