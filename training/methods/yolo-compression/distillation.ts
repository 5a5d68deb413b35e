// Channel-wise distillation into a model of fewer channels: its neck's maps learn where the teacher's channels look.
import { couple } from '../../../core/graph/coupling/couple';
import type { ModelGraph, ValueId } from '../../../core/graph/model-graph';
import { channelAxis } from '../../../core/graph/op';
import { tf } from '../../../native/tf';
import { seeded, seedFor } from '../../executor/random';
import { distilChannels } from '../../losses/distil';
import type { MethodLoss } from '../method';
import type { Teacher, Trainee } from '../trainee';
import type { Kept } from '../../../core/sparsity/allocators/channels/dial';

export type Align = 'index' | 'adapter';

/** One map that is learnt, and how its channels are held against the teacher's. */
export interface AlignedMap {
  readonly value: ValueId;
  /** Of the teacher's channels, those that the student has; int32 in a float variable. */
  readonly kept?: tf.Variable;
  /** Student's channels × teacher's. */
  readonly adapter?: tf.Variable;
}

const named = (what: string, value: ValueId) => `yolo-compression/${what}/${value}`;

/** Which channels of each map stay. @param graph the whole one. */
export function keptOfMaps(
  graph: ModelGraph,
  maps: readonly ValueId[],
  kept: Kept,
): Map<ValueId, Uint32Array> {
  const coupling = couple(graph);
  const dropped = new Map(
    coupling.groups.flatMap(({ id, channels }) => {
      const stays = kept.get(id);
      if (!stays) return [];
      const gone = new Uint8Array(channels).fill(1);
      for (const channel of stays) gone[channel] = 0;
      return [[id, gone] as const];
    }),
  );
  return new Map(
    maps.map((value) => {
      const { shape } = graph.values[value]!;
      const axis = channelAxis(shape.length, graph.layout);
      const keep = coupling.cuts(value, dropped).find((cut) => cut.axis === axis)?.keep;
      const all = Array(Number(shape[axis])).keys();
      return [value, Uint32Array.from([...all].filter((channel) => keep?.[channel] !== 0))];
    }),
  );
}

/**
 * Makes the variables, or takes them as they were saved. @param kept channels of each map, at the cut only: afterwards they
 * are in the variables.
 */
export function alignedMaps(
  trainee: Trainee,
  graph: ModelGraph,
  maps: readonly ValueId[],
  align: Align,
  seed: number,
  kept: ReadonlyMap<ValueId, Uint32Array>,
): AlignedMap[] {
  const widthOf = (of: ModelGraph, value: ValueId) => {
    const { shape } = of.values[value]!;
    return Number(shape[channelAxis(shape.length, of.layout)]);
  };
  return maps.map((value) => {
    if (align === 'index')
      return {
        value,
        kept: trainee.variable(named('kept', value), () => tf.tensor1d([...(kept.get(value) ?? [])]), false),
      };
    const [student, teacher] = [widthOf(trainee.graph, value), widthOf(graph, value)];
    const make = () =>
      tf.tensor2d(draws(student * teacher, seedFor(seed, value), student), [student, teacher]);
    return { value, adapter: trainee.variable(named('adapter', value), make) };
  });
}

/** Normal, of variance 1 / inputs, so that what comes out is as large as what went in. */
function draws(count: number, seed: number, inputs: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: count }, () => random.normal() / Math.sqrt(inputs));
}

/** L = task's loss + λ · Σ over maps of τ² / (B · C) · Σ KL(teacher ‖ student), softmax over places. */
export function distillation(
  teacher: Teacher,
  maps: readonly AlignedMap[],
  { lambda, tau }: { readonly lambda: number; readonly tau: number },
): MethodLoss {
  const taps = new Set(maps.map(({ value }) => value));
  return {
    taps,
    before: (inputs) =>
      tf.tidy(() => {
        const { tapped } = teacher.answer(inputs, taps);
        return Object.fromEntries(
          maps.map(({ value, kept }) => {
            const map = tapped.get(value)!;
            return [value, kept ? tf.gather(map, tf.cast(kept, 'int32'), 3) : map.clone()];
          }),
        );
      }),
    of: ({ tapped, given, task }) => {
      const own = task();
      const terms = maps.map(({ value, adapter }) =>
        distilChannels(adapted(tapped.get(value)!, adapter), given[value]!, tau),
      );
      const cwd = tf.addN<tf.Scalar>(terms);
      const loss = tf.add<tf.Scalar>(own.loss, tf.mul(cwd, lambda));
      return { ...own, loss, parts: { detection: own.loss, cwd } };
    },
  };
}

function adapted(map: tf.Tensor, adapter: tf.Variable | undefined): tf.Tensor {
  if (!adapter) return map;
  const flat = tf.reshape(map, [-1, adapter.shape[0]]);
  return tf.reshape(tf.matMul(flat as tf.Tensor2D, adapter as tf.Tensor as tf.Tensor2D), [
    ...map.shape.slice(0, -1),
    adapter.shape[1]!,
  ]);
}
