// Channels permuted between layers before masks are made, so that an N:M pattern keeps more; once a run, and checked on samples.
import type { TensorData } from '../../core/graph/tensor';
import type { MethodFacts } from '../../core/runs/run-record';
import type { Pattern } from '../../core/sparsity/pattern';
import { permuteChannels } from '../../core/sparsity/permute-channels';
import { tf } from '../../native/tf';
import { seeded, seedFor } from '../executor/random';
import { differenceOf } from '../export/difference';
import { tensorOf } from '../trainer/batches-of';
import type { MatrixLayer } from './matrix-layers';
import type { Trainee } from './trainee';

/** Sums in another order differ by about 1e-6 of the outputs' size; channels in a wrong place, by far more than this. */
const tolerance = 1e-5;

export class ChannelOrder {
  private readonly numbers: { readonly n: number; readonly m: number };
  /** Whether it is done, and the share of Σ |w| kept without and with it. Saved, so that a resumed run does it once too. */
  private found: tf.Variable | undefined;

  /** Throws one line for a pattern that no order of channels matters to. */
  constructor(
    private readonly layers: readonly MatrixLayer[],
    { id, label }: Pattern,
    private readonly seed: number,
  ) {
    const [, n, m] = /^(\d+):(\d+)$/.exec(id) ?? [];
    if (n === undefined || m === undefined)
      throw new Error(`permute puts channels in an order for N:M patterns, not for ${label}: leave it off`);
    this.numbers = { n: Number(n), m: Number(m) };
  }

  enter(trainee: Trainee): void {
    this.found = trainee.variable('channel-order', () => tf.zeros([3]), false);
  }

  /** The model goes on as the same function with other weights, and its optimizer begins anew. */
  async apply(trainee: Trainee): Promise<void> {
    if ((await this.found!.data())[0] === 1) return;
    const { graph } = trainee;
    const weights = new Map<string, TensorData>();
    for (const name of Object.keys(graph.params)) weights.set(name, await trainee.read(name));
    const random = seeded(seedFor(this.seed, 'channel order'));
    const permuted = permuteChannels(graph, weights, this.layers, this.numbers, () => random.next());
    let { after } = permuted;
    if (permuted.groups.length > 0) {
      const before = await outputsOf(trainee);
      trainee.load(permuted.weights);
      const { relative } = differenceOf(before, await outputsOf(trainee));
      if (relative > tolerance) {
        trainee.load(weights);
        after = permuted.before;
        await trainee.tell(
          `channels stay in their order: in another one the outputs differ by ${relative.toExponential(1)} of their size`,
        );
      }
    }
    tf.tidy(() => this.found!.assign(tf.tensor1d([1, permuted.before, after])));
  }

  async facts(): Promise<MethodFacts> {
    const [done, before, after] = (await this.found?.data()) ?? [];
    if (done !== 1) return {};
    return { numbers: { 'share of |w| kept: as given': before!, 'share of |w| kept: permuted': after! } };
  }
}

async function outputsOf(trainee: Trainee): Promise<TensorData[]> {
  const [batch] = await trainee.batches(1);
  const inputs = batch!.inputs.map(tensorOf);
  const outputs = trainee.executor.predict(inputs);
  const read = outputs.map(async (y) => ({ shape: y.shape, data: (await y.data()) as Float32Array }));
  const found = await Promise.all(read);
  tf.dispose([...inputs, ...outputs]);
  return found;
}
