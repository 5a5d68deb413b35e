// Surgery alone: a network whose doomed scales and shifts are exactly zero must answer the same once they are cut out.
import { findGroups } from '../../../../core/graph/coupling/groups';
import { eachPosition } from '../../../../core/graph/coupling/runs';
import type { ModelGraph } from '../../../../core/graph/model-graph';
import { applySlices, shrink } from '../../../../core/graph/surgery';
import type { TensorData, Weights } from '../../../../core/graph/tensor';
import { tf } from '../../../../native/tf';
import type { Dataset } from '../../../../training/data/dataset';
import { Executor } from '../../../../training/executor/executor';
import { Parameters } from '../../../../training/executor/parameters';
import { type KeptChannels } from '../../../../training/runs/run-folder';
import { keptMap } from '../../../../training/runs/dense-view';
import { tensorOf } from '../../../../training/trainer/batches-of';

/** The largest difference of a logit over 500 test images. */
export async function identityError(
  { graph, weights, data }: { graph: ModelGraph; weights: Weights; data: Dataset },
  kept: KeptChannels,
): Promise<number> {
  const silent = silenced(graph, weights, kept);
  const { graph: smaller, slices } = shrink(graph, keptMap(kept));
  const before = await logits(graph, silent, data);
  const after = await logits(smaller, applySlices(silent, slices), data);
  return before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i]!)), 0);
}

function silenced(graph: ModelGraph, weights: Weights, kept: KeptChannels): Weights {
  const norms = new Set(
    graph.nodes
      .filter(({ op }) => op === 'batchNorm2d')
      .flatMap(({ params }) => [params['weight'], params['bias']]),
  );
  const out = new Map<string, TensorData>(weights);
  for (const { id, members } of findGroups(graph)) {
    const stays = kept[id] && new Set(kept[id]);
    if (!stays) continue;
    for (const { param, runs } of members) {
      if (!norms.has(param)) continue;
      const { shape, data } = out.get(param)!;
      const values = Float32Array.from(data);
      eachPosition(runs, (position, channel) => {
        if (!stays.has(channel)) values[position] = 0;
      });
      out.set(param, { shape, data: values });
    }
  }
  return out;
}

async function logits(graph: ModelGraph, weights: Weights, { test }: Dataset): Promise<Float32Array> {
  const parameters = Parameters.load(graph, weights);
  try {
    const { inputs } = await test.take(Int32Array.from({ length: 500 }, (_, i) => i));
    const answer = tf.tidy(() => new Executor(graph, parameters).predict(inputs.map(tensorOf))[0]!);
    const values = (await answer.data()) as Float32Array;
    answer.dispose();
    return values;
  } finally {
    parameters.dispose();
  }
}
