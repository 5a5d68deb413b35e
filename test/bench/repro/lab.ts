// Where an arm of a reproduction runs: one seed, our own engine, everything kept on disk so that nothing is trained twice.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelGraph } from '../../../core/graph/model-graph';
import type { Weights } from '../../../core/graph/tensor';
import { defaultRecipe } from '../../../core/recipe/defaults';
import type { Recipe, TrainingSpec } from '../../../core/recipe/recipe';
import type { RunResult } from '../../../core/runs/run-record';
import { createPythonFrontend } from '../../../language-server/frontends/python/frontend';
import { tf } from '../../../native/tf';
import type { Dataset } from '../../../training/data/dataset';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { readSafetensors, writeSafetensors } from '../../../training/export/safetensors';
import type { Method } from '../../../training/methods/method';
import { methods } from '../../../training/methods/table';
import { writeJson, writeWhole } from '../../../training/runs/files';
import type { RunFolder } from '../../../training/runs/run-folder';
import { RunWriter } from '../../../training/runs/run-writer';
import { taskOf } from '../../../training/tasks/table';
import { totalStepsOf, train } from '../../../training/trainer/train';

export interface Wanted {
  /** Names the run among those of this arm. */
  readonly name?: string;
  readonly graph: ModelGraph;
  readonly data: Dataset;
  /** The recipe's method, or one that benchmarks alone know (the dense baseline, an ablation). */
  readonly method: string | Method;
  readonly sparsity?: number;
  readonly options?: Recipe['options'];
  readonly training: Partial<TrainingSpec>;
  readonly weights?: Weights;
  /** Layer paths that stay dense. */
  readonly keepDense?: readonly string[];
}

export interface Outcome {
  readonly result: RunResult;
  readonly run: RunFolder;
  /** Of the end, folded and masked; of the smaller graph once channels are gone. */
  readonly graph: ModelGraph;
  readonly weights: Weights;
}

export class Lab {
  constructor(
    readonly seed: number,
    /** Of the arm and seed. */
    private readonly folder: string,
    /** Shared by all arms of the seed. */
    private readonly shared: string,
    private readonly models: Map<string, Promise<ModelGraph>>,
    private readonly distDir: string,
    private readonly device: { readonly id: string; readonly name: string },
  ) {}

  /**
   * A model of a source file, read by our own frontend.
   * @param file from the root of the repository. @param name of the model in it.
   */
  graph(file: string, name: string): Promise<ModelGraph> {
    const key = `${file}:${name}`;
    const known = this.models.get(key) ?? tracedModel(this.distDir, path.resolve(file), name);
    this.models.set(key, known);
    return known;
  }

  /** Trains, or goes on, or only reads what was trained before. */
  async train({
    name = 'run',
    graph,
    data,
    method,
    sparsity,
    options,
    training,
    weights,
    keepDense,
  }: Wanted): Promise<Outcome> {
    const code = typeof method === 'string' ? methods.get(method) : method;
    if (!code) throw new Error(`there is no method ${method as string}`);
    const base = defaultRecipe(methods.has(code.id) ? code.id : [...methods.keys()][0]!, {
      file: 'model.py',
      name: graph.name,
    });
    const recipe: Recipe = {
      ...base,
      ...(sparsity === undefined ? {} : { sparsity }),
      ...(keepDense ? { keepDense } : {}),
      options: { ...base.options, ...options },
      training: { ...base.training, seed: this.seed, checkpointEvery: 1_000_000, ...training },
    };
    const run = await this.begin(name, recipe, graph, data);
    try {
      const done = (await run.record()).result;
      const signal = new AbortController().signal;
      const result = done ?? (await train({ method: code, recipe, graph, data, run, signal, weights }))!;
      if (!done) await run.update({ status: 'finished', result, pid: undefined });
      return { result, run, ...(await run.sparseModel()) };
    } finally {
      await run.release();
    }
  }

  /** Weights that all arms of the seed share: a teacher, a baseline. Made by the first arm that asks. */
  async sharedWeights(name: string, make: () => Promise<Weights>): Promise<Weights> {
    const file = path.join(this.shared, `${name}.safetensors`);
    if (existsSync(file)) return readSafetensors(await readFile(file)).tensors;
    const weights = await make();
    await mkdir(this.shared, { recursive: true });
    await writeWhole(file, writeSafetensors(weights));
    return weights;
  }

  /** Test metrics of a graph with weights as they are. */
  async evaluate(
    graph: ModelGraph,
    weights: Weights,
    data: Dataset,
  ): Promise<Readonly<Record<string, number>>> {
    const parameters = Parameters.load(graph, weights);
    try {
      const task = taskOf(graph, data);
      return (await task.evaluate(new Executor(task.view?.(graph) ?? graph, parameters), data))!;
    } finally {
      parameters.dispose();
    }
  }

  /** Tensors that an arm forgot: they would slow everything after it. */
  get tensors(): number {
    return tf.memory().numTensors;
  }

  private async begin(name: string, recipe: Recipe, graph: ModelGraph, data: Dataset): Promise<RunWriter> {
    const pointer = path.join(this.folder, `${name}.json`);
    if (existsSync(pointer)) {
      const { folder, recipe: of } = JSON.parse(await readFile(pointer, 'utf8')) as Pointer;
      if (JSON.stringify(of) === JSON.stringify(recipe) && existsSync(path.join(folder, 'run.json')))
        return RunWriter.claim(folder);
      await rm(folder, { recursive: true, force: true });
    }
    await mkdir(this.folder, { recursive: true });
    const totalSteps = totalStepsOf(recipe, data);
    const run = await RunWriter.create(this.folder, {
      ...{ recipe, graph, baseFolder: this.folder, device: this.device, totalSteps },
    });
    await writeJson(pointer, { folder: run.folder, recipe } satisfies Pointer);
    return run;
  }
}

interface Pointer {
  readonly folder: string;
  /** What the run was begun with: another one begins anew. */
  readonly recipe: Recipe;
}

async function tracedModel(distDir: string, file: string, name: string): Promise<ModelGraph> {
  const frontend = createPythonFrontend({ distDir });
  try {
    const text = await readFile(file, 'utf8');
    const { models } = await frontend.trace({ file, text }, new AbortController().signal);
    const model = models.find(({ graph }) => graph.name === name);
    if (!model) throw new Error(`${file} holds no model ${name}`);
    return model.graph;
  } finally {
    await frontend.dispose();
  }
}
