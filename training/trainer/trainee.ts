// What a method does to the model in training, done: the trainer's side of the methods' interface.
import type { GroupId } from '../../core/graph/coupling/group';
import type { ModelGraph, ParamName, ValueId } from '../../core/graph/model-graph';
import type { TensorData, Weights } from '../../core/graph/tensor';
import type { Metrics } from '../../core/runs/run-record';
import type { Dial, Kept } from '../../core/sparsity/allocators/channels/dial';
import { meetCost } from '../../core/sparsity/allocators/channels/meet-cost';
import type { Target } from '../../core/sparsity/allocators/channels/meet-milliseconds';
import type { Budget, BudgetOutcome } from '../../core/sparsity/budget';
import type { Mask } from '../../core/sparsity/mask';
import type { tf } from '../../native/tf';
import { Batches } from '../data/batches';
import type { HostBatch, Split } from '../data/dataset';
import { Executor } from '../executor/executor';
import type { Hooks } from '../executor/hooks';
import { Parameters } from '../executor/parameters';
import { meet, requireMeetable } from '../methods/channels/meet';
import type { Teacher, Trainee } from '../methods/trainee';
import type { RunWriter } from '../runs/run-writer';
import { meanGradients, recalibrate } from './calibrate';
import type { Course } from './course';
import type { Model } from './model';
import type { Task } from './task';

export interface TraineeParts {
  readonly model: Model;
  readonly task: Task;
  readonly course: Course;
  readonly split: Split;
  readonly batch: number;
  readonly seed: number;
  readonly budget?: Budget | undefined;
  /** What a budget's milliseconds are of: the run's device, with the dense model on it. */
  readonly target: () => Target;
  /** What a budget makes the run wait for, before each measurement. */
  readonly onMeasure: (what: string) => void;
  readonly run: RunWriter;
  /** Adds to what went wrong in writing what to do about it. */
  readonly saving: <T>(write: () => Promise<T>) => Promise<T>;
  readonly judge: () => Promise<Metrics>;
  /** The dense model is to be judged now. */
  readonly onDense: () => Promise<void>;
}

export class TrainedModel implements Trainee {
  private readonly teachers: Parameters[] = [];

  constructor(private readonly parts: TraineeParts) {}

  get graph(): ModelGraph {
    return this.parts.model.graph;
  }

  get executor(): Executor {
    return this.parts.model.executor;
  }

  get task(): Task {
    return this.parts.task;
  }

  rate(step: number): number {
    return this.parts.course.rate(step);
  }

  read(name: ParamName): Promise<TensorData> {
    return this.parts.model.read(name);
  }

  write(name: ParamName, values: TensorData): void {
    this.parts.model.write(name, values);
  }

  setMask(name: ParamName, mask: Mask): void {
    this.parts.model.setMask(name, mask);
  }

  showMask(name: ParamName, mask: Mask): void {
    this.parts.model.showMask(name, mask);
  }

  async tell(notice: string): Promise<void> {
    const { run, saving } = this.parts;
    const { notice: before } = await run.record();
    if (before?.includes(notice)) return;
    await saving(() => run.update({ notice: before ? `${before}; ${notice}` : notice }));
  }

  setHooks(hooks: Hooks | undefined): void {
    this.parts.model.setHooks(hooks);
  }

  variable(name: ParamName, make: () => tf.Tensor, trainable?: boolean): tf.Variable {
    return this.parts.model.variable(name, make, trainable);
  }

  judge(): Promise<Metrics> {
    return this.parts.judge();
  }

  async keepDense(): Promise<void> {
    await this.parts.onDense();
    await this.keep('dense');
  }

  async keep(name: string): Promise<void> {
    const weights = await this.parts.model.weights();
    await this.parts.saving(() => this.parts.run.saveWeights(name, weights));
  }

  kept(name: string): Promise<Weights> {
    return this.parts.run.savedWeights(name);
  }

  load(weights: Weights): void {
    this.parts.model.load(weights);
  }

  async shrink(kept: ReadonlyMap<GroupId, Uint32Array>): Promise<void> {
    const { model, run, saving } = this.parts;
    await model.shrink(kept);
    const channels = Object.fromEntries([...kept].map(([id, indices]) => [id, [...indices]]));
    await saving(() => run.saveStructure(model.graph, channels));
  }

  async meet(dial: Dial): Promise<Kept> {
    const { model, budget, run, saving, target, onMeasure } = this.parts;
    if (!budget) throw new Error('the recipe has no budget to meet');
    const before = await this.metBefore();
    if (before) {
      const share = before.macs.sparse / before.macs.dense;
      return meetCost(model.denseGraph, dial, { of: 'macs', share });
    }
    const { kept, outcome } = await meet(model.denseGraph, dial, budget, target(), (_, what) =>
      onMeasure(what),
    );
    await saving(() => run.update({ budget: outcome }));
    return kept;
  }

  /** Rejects with one line where the recipe's budget is out of reach. @param least the fewest channels that may stay. */
  async requireMeetable(least: Kept): Promise<void> {
    const { model, budget, target } = this.parts;
    // A run that begins again from its first step has met it once.
    if (!budget || (await this.metBefore())) return;
    await requireMeetable(model.denseGraph, least, budget, target());
  }

  /** Unless the recipe was changed since, and the run resumed all the same. */
  private async metBefore(): Promise<BudgetOutcome | undefined> {
    const { budget } = await this.parts.run.record();
    return JSON.stringify(budget?.asked) === JSON.stringify(this.parts.budget) ? budget : undefined;
  }

  teacher(weights: Weights, graph = this.parts.model.denseGraph): Teacher {
    const parameters = Parameters.load(graph, weights);
    this.teachers.push(parameters);
    const executor = new Executor(this.task.view?.(graph) ?? graph, parameters);
    return { answer: (inputs, taps: ReadonlySet<ValueId> = new Set()) => executor.inspect(inputs, taps) };
  }

  async batches(count: number, first = 0): Promise<readonly HostBatch[]> {
    const { split, batch, seed } = this.parts;
    const order = new Batches(split.count, batch, seed);
    const steps = Array.from({ length: Math.min(count, order.stepsPerEpoch) }, (_, i) => first + i);
    return Promise.all(steps.map((step) => split.take(order.at(step))));
  }

  gradients(batches: readonly HostBatch[]): Map<ParamName, tf.Tensor> {
    return meanGradients(this.executor, this.task, batches, this.parts.seed);
  }

  recalibrate(batches: readonly HostBatch[]): void {
    recalibrate(this.executor, batches, this.parts.seed);
    this.parts.model.version++;
  }

  dispose(): void {
    for (const parameters of this.teachers) parameters.dispose();
  }
}
