// The model in training: graph, variables, optimizer and masks, and all of it into a checkpoint and back.
import type { GroupId } from '../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import { applySlices, shrink } from '../../core/graph/surgery';
import type { TensorData, Weights } from '../../core/graph/tensor';
import type { TrainingSpec } from '../../core/recipe/recipe';
import { density, type Mask, unpackMask } from '../../core/sparsity/mask';
import { fromMatrixOrder } from '../../core/sparsity/weight-matrix';
import { tf } from '../../native/tf';
import { Executor } from '../executor/executor';
import type { Hooks } from '../executor/hooks';
import { MaskedOptimizer } from '../optimizers/masked-optimizer';
import { Parameters } from '../executor/parameters';
import { Average } from '../optimizers/average';
import { optimizers } from '../optimizers/table';
import { type MatrixLayer, matrixLayers } from '../methods/matrix-layers';
import type { StageTraining } from '../methods/method';
import type { Checkpoint } from '../runs/checkpoint';
import { type Cuts, structuralMasks } from '../runs/dense-view';

/** Weights, optimizer and masks of a checkpoint; the trainer adds where it stands. */
export type TraineeState = Pick<Checkpoint, 'structure' | 'weights' | 'optimizer' | 'masks'>;

/** Where a checkpoint keeps what goes beside the averaged weights: the weights themselves, and how many steps were averaged. */
const [own, averaged] = [(name: ParamName) => `own/${name}`, 'averaged'] as const;

/** Before the names of a method's variables in a checkpoint. */
export const extra = 'extra/';

/** How a stretch of a run is trained. */
export interface ModelTraining extends TrainingSpec {
  readonly make?: StageTraining['make'] | undefined;
}

export class Model {
  executor: Executor;
  optimizer: MaskedOptimizer;
  graph: ModelGraph;
  structure: Checkpoint['structure'] = 'dense';
  /** Counts changes of weights, so that accuracy is not measured twice. */
  version = 0;
  /** Counts changes of masks and structure, so that they are not saved twice. */
  maskVersion = 0;
  private average: Average | undefined;
  private readonly layers: ReadonlyMap<ParamName, MatrixLayer>;
  /** Weights held at zero. */
  private readonly held = new Map<ParamName, Mask>();
  /** Weights that layers compute with as zero, though they live on. */
  private readonly shown = new Map<ParamName, Mask>();
  /** Weights that are gone with their channels, as masks of the dense matrices. */
  private gone: ReadonlyMap<ParamName, Mask> = new Map();
  /** Values of a checkpoint for variables that its method has not made yet. */
  private saved: ReadonlyMap<string, TensorData> = new Map();

  constructor(
    readonly denseGraph: ModelGraph,
    private training: ModelTraining,
    weights?: Weights,
    /** The part of a graph that is computed in training and tests. */
    private readonly view: (graph: ModelGraph) => ModelGraph = (graph) => graph,
  ) {
    this.graph = denseGraph;
    this.layers = new Map(matrixLayers(denseGraph).map((layer) => [layer.param, layer]));
    const parameters = weights
      ? Parameters.load(denseGraph, weights)
      : Parameters.initialise(denseGraph, training.seed);
    this.executor = new Executor(this.view(denseGraph), parameters);
    this.optimizer = this.newOptimizer(parameters);
    this.average = this.newAverage(parameters);
  }

  get parameters(): Parameters {
    return this.executor.parameters;
  }

  read(name: ParamName): Promise<TensorData> {
    return this.parameters.toFramework(name, this.parameters.variable(name));
  }

  write(name: ParamName, values: TensorData): void {
    this.parameters.write(name, values);
    this.optimizer.hold(name);
    this.version++;
  }

  /** Weights of this graph in place of those it has; optimizer state and the average begin anew, masks stay. */
  load(weights: Weights): void {
    for (const [name, values] of weights) if (this.parameters.has(name)) this.parameters.write(name, values);
    this.renew(this.training);
  }

  /** Trains in another way from now on: optimizer state and the average begin anew, masks stay. */
  renew(training: ModelTraining): void {
    this.training = training;
    this.optimizer.dispose();
    this.average?.dispose();
    this.optimizer = this.newOptimizer(this.parameters);
    for (const [name, mask] of this.held) this.hold(name, mask);
    this.average = this.newAverage(this.parameters);
    this.version++;
  }

  showMask(name: ParamName, mask: Mask): void {
    this.shown.set(name, mask);
    this.maskVersion++;
  }

  /** What layers compute with in place of weights and inputs. */
  setHooks(hooks: Hooks | undefined): void {
    this.executor.hooks = hooks;
    this.version++;
  }

  /** See {@link Trainee.variable}. */
  variable(name: ParamName, make: () => tf.Tensor, trainable?: boolean): tf.Variable {
    const saved = this.saved.get(extra + name);
    const first = saved ? () => tf.tensor(saved.data, [...saved.shape]) : make;
    return this.parameters.extra(name, first, trainable);
  }

  setMask(name: ParamName, mask: Mask): void {
    this.held.set(name, mask);
    const keep = this.hold(name, mask);
    this.average?.setMask(name, keep);
    this.version++;
    this.maskVersion++;
  }

  /** After each step of the optimizer. */
  stepped(): void {
    this.average?.update();
    this.version++;
  }

  /** Does something with the weights that are judged and handed on: their average where the recipe has one. */
  async judged<T>(work: () => Promise<T>): Promise<T> {
    this.average?.swap();
    try {
      return await work();
    } finally {
      this.average?.swap();
    }
  }

  /** The weights that are judged and handed on. */
  weights(): Promise<Map<ParamName, TensorData>> {
    return this.judged(() => this.parameters.save());
  }

  /** Cuts everything but these channels out of the weights; statistics go along, optimizer state does not. */
  async shrink(kept: ReadonlyMap<GroupId, Uint32Array>): Promise<void> {
    const { graph, slices } = shrink(this.denseGraph, kept);
    const [own, average] = [await this.parameters.save(), await this.weights()];
    const updates = this.average?.updates ?? 0;
    this.replace(graph, applySlices(own, slices), slices);
    this.average?.restore(applySlices(average, slices), updates);
  }

  /** Every prunable weight's mask in its dense shape, held, gone or computed with. */
  masks(): ReadonlyMap<ParamName, Mask> {
    return new Map([...this.gone, ...this.shown, ...this.held]);
  }

  /** Share of the weights that are neither held at zero nor gone, in all and by layer path. */
  densities(prunable: readonly ParamName[]): { total: number; layers: Record<string, number> } {
    const masks = this.masks();
    const layers: Record<string, number> = {};
    let [kept, all] = [0, 0];
    for (const param of prunable) {
      const layer = this.layers.get(param);
      if (!layer) continue;
      const size = layer.matrix.rows * layer.matrix.cols;
      const mask = masks.get(param);
      const share = mask ? density(mask) : 1;
      layers[layer.node.path] = share;
      kept += share * size;
      all += size;
    }
    return { total: all === 0 ? 1 : kept / all, layers };
  }

  /** Weights that are held at zero. */
  zeros(): number {
    let count = 0;
    for (const mask of this.held.values()) count += (1 - density(mask)) * mask.shape[0]! * mask.shape[1]!;
    return Math.round(count);
  }

  async state(): Promise<TraineeState> {
    const [weights, optimizer] = [await this.weights(), await this.optimizer.state()];
    if (this.average) {
      for (const [name, tensor] of await this.parameters.save())
        if (this.parameters.has(name)) optimizer.set(own(name), tensor);
      optimizer.set(averaged, { shape: [1], data: Int32Array.of(this.average.updates) });
    }
    for (const [name, variable] of this.parameters.extraState())
      optimizer.set(extra + name, { shape: variable.shape, data: (await variable.data()) as Float32Array });
    return { structure: this.structure, weights, optimizer, masks: new Map(this.held) };
  }

  /**
   * @param graph the one that the state's weights belong to. @param cuts what made it smaller.
   * @param enter lets the method make its variables, before the optimizer gets back what it gathered for them.
   */
  async restore(
    state: TraineeState,
    graph: ModelGraph,
    cuts: Cuts | undefined,
    enter: () => Promise<void>,
  ): Promise<void> {
    const weights = new Map(state.weights);
    for (const name of weights.keys())
      weights.set(name, state.optimizer.get(own(name)) ?? weights.get(name)!);
    this.replace(graph, weights, cuts);
    for (const [name, mask] of state.masks) this.setMask(name, mask);
    this.saved = state.optimizer;
    await enter();
    this.saved = new Map();
    // After the masks, which clear moments: what is restored has been cleared already.
    this.optimizer.restore(state.optimizer);
    const updates = state.optimizer.get(averaged)?.data[0];
    if (updates !== undefined) this.average?.restore(state.weights, updates);
  }

  dispose(): void {
    this.average?.dispose();
    this.optimizer.dispose();
    this.parameters.dispose();
  }

  /** @returns one entry a weight in the framework's layout. */
  private hold(name: ParamName, mask: Mask): Float32Array {
    const layer = this.layers.get(name);
    if (!layer) throw new Error(`${name} is no weight matrix, so it cannot be masked`);
    const keep = fromMatrixOrder(this.graph, layer.node, unpackMask(mask));
    this.optimizer.setMask(name, keep);
    return keep;
  }

  private replace(graph: ModelGraph, weights: Weights, cuts: Cuts | undefined): void {
    this.dispose();
    this.held.clear();
    this.shown.clear();
    const parameters = Parameters.load(graph, weights);
    this.graph = graph;
    this.executor = new Executor(this.view(graph), parameters);
    this.optimizer = this.newOptimizer(parameters);
    this.average = this.newAverage(parameters);
    this.structure = cuts ? 'sparse' : 'dense';
    const smaller = [...this.layers.values()].filter(({ param }) => cuts?.has(param));
    this.gone = cuts ? structuralMasks(this.denseGraph, smaller, cuts) : new Map<ParamName, Mask>();
    this.version++;
    if (cuts) this.maskVersion++;
  }

  private newAverage(parameters: Parameters): Average | undefined {
    const { average = 0 } = this.training;
    return average > 0 ? new Average(parameters, average) : undefined;
  }

  private newOptimizer(parameters: Parameters): MaskedOptimizer {
    const { optimizer, learningRate, make, ...options } = this.training;
    const own =
      make?.(parameters, learningRate, this.training) ??
      optimizers[optimizer](parameters, learningRate, options);
    return new MaskedOptimizer(own, parameters);
  }
}
