// One architecture: read from its source, run by the executor with PyTorch's weights, and held against PyTorch's numbers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import type { TensorData, Weights } from '../../../core/graph/tensor';
import { createPythonFrontend } from '../../../language-server/frontends/python/frontend';
import { tf } from '../../../native/tf';
import { Executor, placedInput } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { readSafetensors } from '../../../training/export/safetensors';
import { Adam } from '../../../training/optimizers/adam';
import type { Optimizer } from '../../../training/optimizers/optimizer';
import { Sgd } from '../../../training/optimizers/sgd';
import type { ParityCase } from './cases';

/** Differences to PyTorch in double precision: ours, and those of PyTorch itself in single. */
export interface Apart {
  readonly ours: number;
  readonly own: number;
}

export interface Parity {
  readonly nodes: number;
  readonly parameters: number;
  /** Tensors brought from one order of axes into the other in a forward pass. */
  readonly transposes: number;
  /** Largest difference of the output, relative to the largest value. */
  readonly forward: Apart;
  /** Norm of the difference of all gradients, relative to their norm. */
  readonly gradients: Apart;
  /** Norm of the difference of the weights after one step, relative to their norm. */
  readonly sgd: Apart;
  readonly adamw: Apart;
}

export interface Place {
  readonly python: string;
  readonly distDir: string;
  /** Where the benchmark's own model files and facts.py lie. */
  readonly here: string;
  readonly packages: readonly string[];
}

/** Rejects with one line that says what stands in the way. */
export async function compare(entry: ParityCase, place: Place): Promise<Parity> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-parity-'));
  try {
    writeFileSync(path.join(folder, 'case.json'), JSON.stringify(entry));
    const models = path.join(place.here, 'models');
    execFileSync(place.python, [path.join(place.here, 'facts.py'), folder, models], { stdio: 'pipe' });
    const graph = await traced(entry, { ...place, models });
    return await measured(graph, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads `model` as the frontend would in an editor, with what chance decides left out. */
export async function traced(
  { text }: Pick<ParityCase, 'text'>,
  { distDir, packages, models }: Pick<Place, 'distDir' | 'packages'> & { readonly models: string },
): Promise<ModelGraph> {
  const frontend = createPythonFrontend({ distDir, deadlineMs: 120_000 });
  try {
    const request = { file: path.join(models, 'model_file.py'), text, workspaceFolder: models, packages };
    const result = await frontend.trace(request, new AbortController().signal);
    const model = result.models.find(({ graph }) => graph.name === 'model') ?? result.models[0];
    if (!model) throw new Error(result.diagnostics[0]?.message ?? 'no model was found');
    if (model.graph.outputs.length === 0) throw new Error(model.notes[0] ?? 'the trace has no output');
    return withoutChance(model.graph);
  } finally {
    await frontend.dispose();
  }
}

/** Dropout is off on both sides: its draws are nobody else's. */
const withoutChance = (graph: ModelGraph): ModelGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) =>
    node.op === 'dropout'
      ? { ...node, attrs: { ...node.attrs, rate: 0 } }
      : { ...node, attrs: { ...node.attrs, ...('dropout' in node.attrs ? { dropout: 0 } : {}) } },
  ),
});

async function measured(graph: ModelGraph, folder: string): Promise<Parity> {
  const read = (name: string): Weights =>
    readSafetensors(readFileSync(path.join(folder, `${name}.safetensors`))).tensors;
  const apart = (name: string, ours: ReadonlyMap<string, TensorData>): Apart => {
    const reference = read(`double-${name}`);
    return { ours: distance(reference, ours), own: distance(reference, read(`single-${name}`)) };
  };
  const [io, weights] = [read('io'), completed(graph, read('weights'))];
  const inputs = graph.inputs.map((_, i) => placedInput(io.get(`input ${i}`)!, graph, i));
  const share = io.get('share')!;
  const start = () => Parameters.load(graph, weights);
  const parameters = start();
  const executor = new Executor(graph, parameters);
  const outputs = executor.predict(inputs);
  const which = outputs.findIndex(({ shape }) => shape.join() === share.shape.join());
  if (which < 0)
    throw new Error(
      `no output is ${share.shape.join('×')}; they are ${outputs.map(({ shape }) => shape.join('×')).join(', ')}`,
    );
  const [double, single] = ['double-output', 'single-output'].map((name) => read(name).get('output')!);
  const output = { shape: share.shape, data: (await outputs[which]!.data()) as Float32Array };
  const forward = { ours: gap(double!, output), own: gap(double!, single!) };
  tf.dispose(outputs);

  const ours = await gradientsOf(executor, inputs, share, which);
  const gradients = apart('gradients', await inFramework(parameters, ours));
  const step = async (name: string, make: (parameters: Parameters) => Optimizer): Promise<Apart> => {
    const own = start();
    make(own).apply(ours);
    const saved = await own.save();
    own.dispose();
    return apart(name, saved);
  };
  return {
    nodes: graph.nodes.length,
    parameters: Object.values(graph.params).reduce(
      (n, { shape, trainable }) => n + (trainable ? shape.reduce((a, b) => a * b, 1) : 0),
      0,
    ),
    transposes: executor.plan.transposes,
    forward,
    gradients,
    sgd: await step('sgd', (p) => new Sgd(p, 0.01)),
    adamw: await step(
      'adamw',
      (p) => new Adam(p, 1e-3, { decoupled: true, weightDecay: 0.01, decayAll: true }),
    ),
  };
}

/** Tables that PyTorch does not keep in its state are computed by the constructor. */
export function completed(graph: ModelGraph, weights: Weights): Weights {
  const fresh = Parameters.initial(graph, 1);
  return new Map(Object.keys(graph.params).map((name) => [name, weights.get(name) ?? fresh.get(name)!]));
}

async function gradientsOf(executor: Executor, inputs: tf.Tensor[], share: TensorData, which: number) {
  const trainable = executor.parameters.trainable();
  const { grads } = tf.tidy(() => {
    const fixed = tf.tensor(share.data, [...share.shape]);
    return tf.variableGrads(
      () => tf.sum(tf.mul(executor.forward(inputs, { training: true })[which]!, fixed)),
      trainable.map(([, variable]) => variable),
    );
  });
  const found = new Map<ParamName, tf.Tensor>();
  for (const [name, { name: id }] of trainable) if (grads[id]) found.set(name, grads[id]);
  return Promise.resolve(found);
}

async function inFramework(parameters: Parameters, gradients: ReadonlyMap<ParamName, tf.Tensor>) {
  const out = new Map<string, TensorData>();
  for (const [name, gradient] of gradients) out.set(name, await parameters.toFramework(name, gradient));
  return out;
}

/** Largest absolute difference, relative to the largest value. */
export function gap(wanted: TensorData, actual: TensorData): number {
  let [most, scale] = [0, 1e-12];
  wanted.data.forEach((value, i) => {
    most = Math.max(most, Math.abs(value - actual.data[i]!));
    scale = Math.max(scale, Math.abs(value));
  });
  return most / scale;
}

/** ‖a − b‖ / ‖a‖ over all parameters together; one that only PyTorch has counts in full. */
function distance(wanted: Weights, actual: ReadonlyMap<string, TensorData>): number {
  let [apart, whole] = [0, 0];
  for (const [name, { data }] of wanted) {
    const other = actual.get(name)?.data;
    data.forEach((value: number, i: number) => {
      apart += (value - (other?.[i] ?? 0)) ** 2;
      whole += value ** 2;
    });
  }
  return Math.sqrt(apart / Math.max(whole, 1e-30));
}
