// What channels still say when they are silent: a scale near zero leaves relu(β), a constant, which goes into the biases behind.
import type { GroupMember, PruneGroup } from '../../../core/graph/coupling/group';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { GraphNode, ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { elements } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';
import type { Kept } from '../../../core/sparsity/allocators/channels/dial';
import { tf } from '../../../native/tf';
import type { HostBatch } from '../../data/dataset';
import { tensorOf } from '../../trainer/batches-of';
import type { Trainee } from '../trainee';

/**
 * Adds to the bias of every layer that reads doomed channels what they give it on average: W[:, doomed] · relu(β) where
 * their scales are zero. Layers straight before a BatchNorm are left out, whose statistics are measured anew.
 * Measured on these batches at inference; call it before the channels are cut. Does nothing without batches.
 */
export async function compensate(
  trainee: Trainee,
  groups: readonly PruneGroup[],
  kept: Kept,
  batches: readonly HostBatch[],
): Promise<void> {
  const layers = readersOf(trainee.graph, groups);
  if (batches.length === 0 || layers.length === 0) return;
  const before = await means(trainee, layers, batches);
  const after: Float32Array[] = [];
  for (const layer of layers) {
    const whole = await trainee.read(layer.weight);
    trainee.write(layer.weight, withoutDoomed(whole, layer.members, kept));
    after.push(...(await means(trainee, [layer], batches)));
    trainee.write(layer.weight, whole);
  }
  // Only when all are measured: a bias that has grown beside whole weights would count twice in the layers behind it.
  for (const [i, { bias }] of layers.entries()) {
    const { shape, data } = await trainee.read(bias);
    trainee.write(bias, {
      shape,
      data: Float32Array.from(data, (value, c) => value + before[i]![c]! - after[i]![c]!),
    });
  }
}

interface Reader {
  readonly node: GraphNode;
  readonly weight: ParamName;
  readonly bias: ParamName;
  readonly members: readonly (readonly [PruneGroup, GroupMember])[];
}

function readersOf({ nodes }: ModelGraph, groups: readonly PruneGroup[]): Reader[] {
  const normed = new Set(nodes.filter(({ op }) => op === 'batchNorm2d').map(({ inputs }) => inputs[0]));
  return nodes.flatMap((node) => {
    const { weight, bias } = node.params;
    if (weight === undefined || bias === undefined || normed.has(node.outputs[0])) return [];
    const members = groups.flatMap((group) =>
      group.members
        .filter(({ param, role }) => param === weight && role === 'in')
        .map((member) => [group, member] as const),
    );
    return members.length === 0 ? [] : [{ node, weight, bias, members }];
  });
}

/** The mean of each layer's output by channel. */
async function means(
  { executor }: Trainee,
  layers: readonly Reader[],
  batches: readonly HostBatch[],
): Promise<Float32Array[]> {
  const taps = new Set(layers.map(({ node }) => node.outputs[0]!));
  const sums = layers.map(() => undefined as Float32Array | undefined);
  for (const { inputs: host } of batches) {
    const inputs = host.map(tensorOf);
    const { outputs, tapped } = executor.inspect(inputs, taps);
    for (const [i, { node }] of layers.entries()) {
      const mean = tf.tidy(() => {
        const value = tapped.get(node.outputs[0]!)!;
        return tf.mean(value.reshape([-1, value.shape.at(-1)!]), 0);
      });
      const data = (await mean.data()) as Float32Array;
      mean.dispose();
      const sum = sums[i];
      sums[i] = Float32Array.from(data, (value, c) => (sum?.[c] ?? 0) + value / batches.length);
    }
    tf.dispose([...inputs, ...outputs, ...tapped.values()]);
  }
  return sums.map((sum) => sum!);
}

function withoutDoomed({ shape, data }: TensorData, members: Reader['members'], kept: Kept): TensorData {
  const out = Float32Array.from(data);
  for (const [{ id }, { axis, runs }] of members) {
    const stays = new Set(kept.get(id));
    const [outer, inner] = [elements(shape.slice(0, axis)), elements(shape.slice(axis + 1))];
    eachPosition(runs, (position, channel) => {
      if (stays.has(channel)) return;
      for (let o = 0; o < outer; o++)
        out.fill(0, (o * shape[axis]! + position) * inner, (o * shape[axis]! + position + 1) * inner);
    });
  }
  return { shape, data: out };
}
