// The tensors that an optimizer gathers beside the parameters, one set a slot: `m/stem.weight`.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';

export class Slots {
  private readonly tensors = new Map<string, tf.Tensor>();

  /** @param prefixes what stands before a parameter's name, one a slot: `m/`, `v/`. A single slot may have none. */
  constructor(private readonly prefixes: readonly string[]) {}

  /** The tensors of a parameter, in the order of the prefixes; undefined before its first step. */
  of(name: ParamName): tf.Tensor[] | undefined {
    const found = this.prefixes.map((prefix) => this.tensors.get(prefix + name));
    return found.every((tensor) => tensor !== undefined) ? found : undefined;
  }

  /** Takes the new tensors over and frees the old ones. */
  replace(name: ParamName, tensors: readonly tf.Tensor[]): void {
    this.prefixes.forEach((prefix, i) => {
      this.tensors.get(prefix + name)?.dispose();
      // A step runs inside a tidy; what is gathered outlives it.
      this.tensors.set(prefix + name, tf.keep(tensors[i]!));
    });
  }

  /** Multiplies all of a parameter's tensors, so that what is at zeros begins anew. */
  mask(name: ParamName, keep: tf.Tensor): void {
    const old = this.of(name);
    if (!old) return;
    this.replace(
      name,
      old.map((tensor) => tf.mul(tensor, keep)),
    );
  }

  async state(): Promise<Map<string, TensorData>> {
    const out = new Map<string, TensorData>();
    for (const [key, tensor] of this.tensors)
      out.set(key, { shape: tensor.shape, data: (await tensor.data()) as Float32Array });
    return out;
  }

  /** Keys of other slots are left alone. @param known names of parameters there are. */
  restore(state: ReadonlyMap<string, TensorData>, known: (name: ParamName) => boolean): void {
    this.dispose();
    for (const [key, { shape, data }] of state)
      if (this.prefixes.some((prefix) => key.startsWith(prefix) && known(key.slice(prefix.length))))
        this.tensors.set(key, tf.tensor(data, [...shape]));
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }
}
