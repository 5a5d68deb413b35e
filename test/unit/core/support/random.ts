// Seeded randomness for tests: the same seed makes the same graph, weights and choices on every machine.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import { shapeAt } from '../../../../core/graph/shape';
import type { TensorData, Weights } from '../../../../core/graph/tensor';
import { empty, type Tensor } from './reference';

export class Random {
  constructor(private state: number) {}

  /** Mulberry32: uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Between 1 and all of 0 … n − 1, ascending. */
  subset(n: number): Uint32Array {
    const all = Array.from({ length: n }, (_, i) => i).filter(() => this.next() < 0.5);
    return Uint32Array.from(all.length > 0 ? all : [this.below(n)]);
  }
}

/** Weights of a size that keeps activations near one; variances are positive. */
export function randomWeights(graph: ModelGraph, random: Random): Map<string, TensorData> {
  return new Map(
    Object.values(graph.params).map(({ name, shape }): [string, TensorData] => {
      const data = Float32Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, () =>
        /var/.test(name) ? 0.5 + random.next() : random.next() - 0.5,
      );
      return [name, { shape, data }];
    }),
  );
}

export function randomInputs(graph: ModelGraph, random: Random): Tensor[] {
  return graph.inputs.map((id) => {
    const x = empty(shapeAt(graph.values[id]!.shape));
    x.data.forEach((_, i) => (x.data[i] = random.next() * 2 - 1));
    return x;
  });
}

export type { Weights };
