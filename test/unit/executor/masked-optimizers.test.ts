// Masks held through every optimizer there is: exact zeros, nothing gathered for what grows back, and resumed to the same bits.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import type { TensorData } from '../../../core/graph/tensor';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { Parameters } from '../../../training/executor/parameters';
import { AdamS } from '../../../training/optimizers/adam-s';
import { MaskedOptimizer } from '../../../training/optimizers/masked-optimizer';
import type { Optimizer } from '../../../training/optimizers/optimizer';
import { type OptimizerName, type OptimizerOptions, optimizers } from '../../../training/optimizers/table';
import { randomTensor } from '../export/models';

const name = 'fc.weight';
const [rows, cols] = [6, 8];
const count = rows * cols;

function graph() {
  const builder = new GraphBuilder('pytorch');
  const fc = { inFeatures: cols, outFeatures: rows, bias: true };
  const [y] = builder.add('linear', [builder.input([N, cols])], fc, { path: 'fc' });
  return builder.finish('net', [y!]);
}

const from = (name: OptimizerName, options: OptimizerOptions) => (parameters: Parameters) =>
  optimizers[name](parameters, 0.05, options);

/** What gathers nothing has nothing to forget. */
interface Case {
  readonly of?: OptimizerName;
  readonly gathers: boolean;
  readonly make: (parameters: Parameters) => Optimizer;
}

const cases: Record<string, Case> = {
  SGD: { of: 'sgd', gathers: false, make: from('sgd', { momentum: 0 }) },
  'SGD with decay': { of: 'sgd', gathers: false, make: from('sgd', { momentum: 0, weightDecay: 0.1 }) },
  momentum: { of: 'sgd', gathers: true, make: from('sgd', { weightDecay: 0.1 }) },
  Nesterov: { of: 'sgd', gathers: true, make: from('sgd', { nesterov: true, weightDecay: 0.1 }) },
  Adam: { of: 'adam', gathers: true, make: from('adam', {}) },
  'Adam with decay': { of: 'adam', gathers: true, make: from('adam', { weightDecay: 0.1 }) },
  AdamW: { of: 'adamw', gathers: true, make: from('adamw', { weightDecay: 0.3 }) },
  AdamS: {
    gathers: true,
    make: (parameters) => {
      const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, steps: 4, decay: 0.5 };
      const halves = tf.tensor2d(
        Float32Array.from({ length: count }, (_, i) => i % 2),
        [cols, rows],
      );
      return new AdamS(parameters, 0.05, {
        ...options,
        maskOf: (param) => (param === name ? halves : undefined),
      });
    },
  },
};

/** A third, then another: some weights stay pruned, some grow back, some go. */
const keepOf = (phase: number) => Float32Array.from({ length: count }, (_, i) => ((i + phase) % 3 ? 1 : 0));

const load = (weights?: ReadonlyMap<string, TensorData>) =>
  Parameters.load(
    graph(),
    weights ??
      new Map([
        [name, randomTensor([rows, cols], 1)],
        ['fc.bias', randomTensor([rows], 2)],
      ]),
  );

function step(parameters: Parameters, optimizer: Optimizer, at: number): void {
  tf.tidy(() => {
    const of = (key: string, shape: number[], seed: number) =>
      [key, parameters.toKernel(key, randomTensor(shape, seed).data as Float32Array)] as const;
    optimizer.apply(new Map([of(name, [rows, cols], 10 + at), of('fc.bias', [rows], 100 + at)]));
  });
}

const weightsOf = async (parameters: Parameters) => (await parameters.save()).get(name)!.data;

/** What the optimizer keeps for the weight, one array a slot, in the kernels' layout. */
const gathered = async (optimizer: Optimizer) =>
  [...(await optimizer.state())].filter(([key]) => key.endsWith(name)).map(([, { data }]) => data);

describe('masks are held through every optimizer', () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  it('knows all that a recipe can name', () => {
    const held = new Set(Object.values(cases).flatMap(({ of }) => of ?? []));
    expect([...held].sort()).toEqual(Object.keys(optimizers).sort());
  });

  it.each(Object.entries(cases))(
    '%s leaves masked weights at zero, and moves the others',
    async (_, { make }) => {
      // The control: these gradients do move them where nothing holds them.
      const free = load();
      const bare = make(free);
      const parameters = load();
      const optimizer = new MaskedOptimizer(make(parameters), parameters);
      const keep = keepOf(0);
      optimizer.setMask(name, keep);
      const before = await weightsOf(parameters);
      for (let at = 0; at < 6; at++) {
        step(free, bare, at);
        step(parameters, optimizer, at);
        (await weightsOf(parameters)).forEach((value, i) => expect(value === 0).toBe(keep[i] === 0));
      }
      expect((await weightsOf(free)).some((value, i) => keep[i] === 0 && value === 0)).toBe(false);
      const after = await weightsOf(parameters);
      expect(after.every((value, i) => keep[i] === 0 || value !== before[i])).toBe(true);
    },
  );

  it.each(Object.entries(cases))('%s begins anew what grows back', async (_, { make, gathers }) => {
    const parameters = load();
    const optimizer = new MaskedOptimizer(make(parameters), parameters);
    // Dense first, so that there is something to forget.
    for (let at = 0; at < 3; at++) step(parameters, optimizer, at);
    expect((await gathered(optimizer)).length > 0).toBe(gathers);
    optimizer.setMask(name, keepOf(0));
    for (let at = 3; at < 6; at++) step(parameters, optimizer, at);
    optimizer.setMask(name, keepOf(1));
    const kernel = async (keep: Float32Array) => parameters.toKernel(name, keep).data();
    const [was, is] = [await kernel(keepOf(0)), await kernel(keepOf(1))];
    const grown = [...is.keys()].filter((i) => was[i] === 0 && is[i] === 1);
    const gone = [...is.keys()].filter((i) => is[i] === 0);
    expect(grown.length).toBe(count / 3);
    for (const slot of await gathered(optimizer)) {
      for (const i of [...grown, ...gone]) expect(Math.abs(slot[i]!)).toBe(0);
      expect(slot.some((value) => value !== 0)).toBe(true);
    }
    step(parameters, optimizer, 6);
    const slots = await gathered(optimizer);
    // In one slot at least: AdamS gathers no square of a zero that it decays in full, as its equations have it.
    if (gathers) for (const i of grown) expect(slots.some((slot) => slot[i] !== 0)).toBe(true);
    for (const slot of slots) for (const i of gone) expect(Math.abs(slot[i]!)).toBe(0);
    // Under AdamS a zero that it decays in full stays zero, so there only half of what grew back moves.
    const now = await weightsOf(parameters);
    now.forEach((value, i) => keepOf(1)[i] === 0 && expect(Math.abs(value)).toBe(0));
    const moved = now.filter((value, i) => keepOf(0)[i] === 0 && value !== 0).length;
    expect(moved).toBeGreaterThanOrEqual(count / 6);
  });

  it.each(Object.entries(cases))('%s resumes to the very weights', async (_, { make }) => {
    const run = async (stopAt?: number) => {
      let parameters = load();
      let optimizer = new MaskedOptimizer(make(parameters), parameters);
      optimizer.setMask(name, keepOf(0));
      for (let at = 0; at < 10; at++) {
        if (at === stopAt) {
          const [weights, state] = [await parameters.save(), await optimizer.state()];
          parameters = load(weights);
          optimizer = new MaskedOptimizer(make(parameters), parameters);
          optimizer.restore(state);
          optimizer.setMask(name, keepOf(0));
        }
        if (at === 7) optimizer.setMask(name, keepOf(1));
        step(parameters, optimizer, at);
      }
      return [...(await parameters.save())].map(([key, { data }]) => [key, [...data]]);
    };
    expect(await run(4)).toEqual(await run());
  });
});
