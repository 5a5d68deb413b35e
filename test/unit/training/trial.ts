// Real runs of a few steps on the embedded device, stopped and gone on with: what tests of methods do with them.
import { expect } from 'vitest';
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { Weights } from '../../../core/graph/tensor';
import type { Recipe } from '../../../core/recipe/recipe';
import type { RunResult } from '../../../core/runs/run-record';
import { wasmDevice } from '../../../native/devices/wasm';
import type { Dataset } from '../../../training/data/dataset';
import type { Method } from '../../../training/methods/method';
import { deviceEngine } from '../../../training/latency/device-engine';
import { methods } from '../../../training/methods/table';
import { RunWriter } from '../../../training/runs/run-writer';
import { totalStepsOf, train } from '../../../training/trainer/train';
import { distDir, tempFolder } from './support';

export class Trial {
  constructor(
    private readonly graph: ModelGraph,
    private readonly data: () => Dataset,
    private readonly weights?: Weights,
  ) {}

  newRun(recipe: Recipe): Promise<RunWriter> {
    const device = { id: 'wasm', name: 'WASM' };
    const totalSteps = totalStepsOf(recipe, this.data());
    return RunWriter.create(tempFolder(), {
      ...{ recipe, graph: this.graph, baseFolder: '/', device, totalSteps },
    });
  }

  /** Trains until `stopAt` steps are done, or to the end. */
  train(
    run: RunWriter,
    recipe: Recipe,
    stopAt = Infinity,
    method: Method = methods.get(recipe.method)!,
  ): Promise<RunResult | undefined> {
    const stop = new AbortController();
    const onProgress = ({ step }: { step: number }) => {
      if (step >= stopAt) stop.abort();
    };
    const { graph, weights } = this;
    return train({
      ...{ method, recipe, graph, data: this.data(), run, weights, signal: stop.signal, onProgress },
      engine: () => deviceEngine(wasmDevice(distDir)),
    });
  }

  /** Stops at each of the steps, goes on, and holds the end against a run that never stopped. */
  async expectSameAfterStops(recipe: Recipe, stops: readonly number[], method?: Method): Promise<void> {
    const straight = await this.newRun(recipe);
    const result = await this.train(straight, recipe, Infinity, method);
    const halting = await this.newRun(recipe);
    for (const stop of stops) {
      expect(await this.train(halting, recipe, stop, method)).toBeUndefined();
      expect((await halting.checkpoint())!.step).toBe(stop);
    }
    const resumed = await this.train(halting, recipe, Infinity, method);
    const [a, b] = [(await straight.checkpoint())!, (await halting.checkpoint())!];
    expect(largestDifference(a.weights, b.weights)).toBe(0);
    expect(largestDifference(a.optimizer, b.optimizer)).toBe(0);
    expect(b.masks).toEqual(a.masks);
    expect({ ...resumed, seconds: 0 }).toEqual({ ...result, seconds: 0 });
    const strip = (points: readonly object[]) => points.map((point) => ({ ...point, seconds: 0 }));
    expect(strip(await halting.metrics()).filter((point) => 'testAccuracy' in point)).toEqual(
      strip(await straight.metrics()).filter((point) => 'testAccuracy' in point),
    );
    const steps = (await halting.metrics()).map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((x, y) => x - y));
  }
}

export function largestDifference(a: Weights, b: Weights): number {
  expect([...b.keys()]).toEqual([...a.keys()]);
  let largest = 0;
  for (const [name, { data: values }] of a) {
    const others = b.get(name)!.data;
    expect(others.length).toBe(values.length);
    values.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - others[i]!))));
  }
  return largest;
}
