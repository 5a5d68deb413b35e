// The training loop: steps of a method on a model, with metrics, checkpoints, and an end that can be resumed from.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { RunProgress } from '../../core/protocol/training-host';
import type { Weights } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import { headlineKey } from '../../core/runs/headline';
import type { MetricPoint, Metrics, RunResult } from '../../core/runs/run-record';
import type { Engine } from '../../native/latency/engine';
import { Batches } from '../data/batches';
import type { Dataset, HostBatch } from '../data/dataset';
import { Parameters } from '../executor/parameters';
import { engineTarget } from '../latency/target';
import type { Method, MethodRun } from '../methods/method';
import type { Checkpoint } from '../runs/checkpoint';
import { cutsOf } from '../runs/dense-view';
import type { RunWriter } from '../runs/run-writer';
import { taskOf } from '../tasks/table';
import { Clock } from './clock';
import { Course } from './course';
import { diverged, noRoomToTest, tooLarge, unsaved } from './failures';
import { Feed } from './feed';
import { Meter } from './meter';
import { extra, Model, type TraineeState } from './model';
import { nextTurn } from './next-turn';
import { isOutOfMemory } from './out-of-memory';
import { measuredPoint, outcomeOf, shareOf } from './outcome';
import { sparseAlready } from './sparse-already';
import { type StepResult, trainStep } from './step';
import type { Task } from './task';
import { TrainedModel } from './trainee';

export interface TrainOptions {
  readonly method: Method;
  readonly recipe: Recipe;
  /** The dense graph. */
  readonly graph: ModelGraph;
  readonly data: Dataset;
  /** What a budget in milliseconds is of; its device is the active one. */
  readonly engine?: () => Engine;
  /** Where the run is written; a checkpoint there is gone on from. */
  readonly run: RunWriter;
  /** Weights to start from instead of the framework's initialisation. */
  readonly weights?: Weights | undefined;
  /** Aborted: stops before the next step, after a checkpoint. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Omit<RunProgress, 'folder'>) => void;
}

export const totalStepsOf = ({ training }: Recipe, { train }: Dataset): number =>
  training.epochs * new Batches(train.count, training.batch, training.seed).stepsPerEpoch;

/** The result, or undefined when it was stopped. tf must be on its device. Rejects with one line. */
export async function train(options: TrainOptions): Promise<RunResult | undefined> {
  const training = new Training(options);
  try {
    return await training.run();
  } finally {
    training.dispose();
  }
}

class Training {
  private readonly model: Model;
  private readonly feed: Feed;
  private readonly task: Task;
  private readonly totalSteps: number;
  private readonly method: MethodRun;
  private readonly meter: Meter;
  private readonly course: Course;
  private readonly trainee: TrainedModel;
  private step = 0;
  /** The step of the last checkpoint; −1 before the first. */
  private saved = -1;
  private savedMasks = 0;
  /** The stage whose steps are being done; a new one begins only after what its first step changes. */
  private phase: string;
  private clock = new Clock(0);
  private denseMetrics: Metrics | undefined;
  private measured: { readonly version: number; readonly metrics: Metrics } | undefined;

  constructor(private readonly options: TrainOptions) {
    const { method, recipe, graph, data, weights } = options;
    this.totalSteps = totalStepsOf(recipe, data);
    this.method = method.prepare({ graph, recipe, totalSteps: this.totalSteps, data });
    this.course = new Course(this.method.stages, this.totalSteps, recipe.training);
    this.phase = this.course.at(0).name;
    this.task = taskOf(graph, data, recipe.training);
    this.feed = new Feed(data.train, recipe.training);
    const first = this.course.at(0).training;
    this.model = new Model(graph, first, weights, (whole) => this.task.view?.(whole) ?? whole);
    this.trainee = new TrainedModel({
      ...{ model: this.model, task: this.task, course: this.course },
      ...{ split: data.train, run: options.run },
      ...{ batch: recipe.training.batch, seed: recipe.training.seed, budget: recipe.budget },
      // Time hangs on shapes, so the weights may be as they begin.
      target: () => {
        if (!options.engine) throw new Error('milliseconds are measured on a device, and there is none');
        const dense = { graph, weights: Parameters.initial(graph, recipe.training.seed) };
        return engineTarget(options.engine(), dense);
      },
      onMeasure: (what) => this.tellWaiting(`timing ${what}`),
      saving: (write) => this.saving(write),
      judge: async () => (await this.measure())!,
      onDense: async () => {
        this.denseMetrics = await this.measure();
      },
    });
    this.meter = new Meter(this.totalSteps);
  }

  async run(): Promise<RunResult | undefined> {
    const { signal, recipe } = this.options;
    await this.resume();
    if (this.step === 0) {
      if (this.method.least) await this.trainee.requireMeetable(this.method.least);
      await this.greet();
    }
    while (this.step < this.totalSteps) {
      if (signal.aborted) {
        await this.checkpoint();
        return undefined;
      }
      const { checkpointEvery } = recipe.training;
      if (this.step > 0 && this.step % checkpointEvery === 0) await this.checkpoint();
      if (this.step > 0 && this.step % this.feed.stepsPerEpoch === 0) await this.measure(signal);
      await this.prune();
      await this.learn();
      await nextTurn();
    }
    return this.finish();
  }

  dispose(): void {
    this.trainee.dispose();
    this.model.dispose();
  }

  /** Says what is to be known of the weights it starts from. */
  private async greet(): Promise<void> {
    const { weights, recipe } = this.options;
    const { sparsity } = recipe;
    if (!weights || this.method.tellsZeros || sparsity === undefined) return;
    const notice = sparseAlready(weights, this.method.prunable, sparsity);
    if (notice) await this.trainee.tell(notice);
  }

  // One turn of the loop.

  private async prune(): Promise<void> {
    const { version } = this.model;
    await this.method.beforeStep(this.step, this.trainee);
    const stage = this.course.at(this.step);
    this.phase = stage.name;
    const begins = stage.begin === this.step && this.step > 0;
    if (begins && (stage.isOwn || this.course.at(this.step - 1).isOwn)) this.model.renew(stage.training);
    if (begins) await this.measure();
    else if (this.model.version !== version) await this.tell({ withLayers: true });
  }

  private async learn(): Promise<void> {
    const rate = this.course.rate(this.step);
    this.model.optimizer.learningRate = rate;
    const result = await this.trainOn(await this.feed.at(this.step));
    if (!Number.isFinite(result.loss)) throw new Error(this.diverged('the loss is'));
    this.model.stepped();
    this.step++;
    this.clock.tick();
    this.meter.add(result);
    if (this.meter.isDue(this.step)) await this.tell({ rate });
  }

  private async trainOn(batch: HostBatch): Promise<StepResult> {
    const { task } = this;
    const { step, method } = this;
    const { seed, clipNorm, clipValue, accumulate: parts } = this.course.at(step).training;
    const { executor, optimizer } = this.model;
    try {
      return await trainStep(executor, optimizer, task, batch, {
        // The step is the seed of dropout, so that a resumed run drops the same.
        ...{ seed: seed + step, clipNorm, clipValue, parts },
        ...{ loss: method.loss?.(step), penalty: method.penalty?.(step) },
        ...(method.trains ? { trains: (name) => method.trains!(name, step) } : {}),
      });
    } catch (error) {
      throw isOutOfMemory(error) ? await this.tooLarge(batch.count) : error;
    }
  }

  /** Test metrics; undefined when aborted. Not measured again while no weight has changed. */
  private async measure(signal?: AbortSignal): Promise<Metrics | undefined> {
    if (this.measured?.version === this.model.version) return this.measured.metrics;
    const { version } = this.model;
    const { task } = this;
    const { data } = this.options;
    const metrics = await this.model
      .judged(() => task.evaluate(this.model.executor, data, signal))
      .catch(async (error: unknown) => {
        throw isOutOfMemory(error) ? await this.noRoomToTest() : error;
      });
    if (!metrics) return undefined;
    this.measured = { version, metrics };
    await this.tell({ metrics, withLayers: true });
    await this.keepIfBest(metrics);
    return metrics;
  }

  private async tell(extra: { rate?: number; metrics?: Metrics; withLayers?: boolean }): Promise<void> {
    const { total, layers } = this.model.densities(this.method.prunable);
    const { phase, step } = this;
    const facts = await this.method.facts?.(this.trainee);
    const point: MetricPoint = {
      step,
      phase,
      ...(extra.rate === undefined ? {} : { ...this.meter.take(), learningRate: extra.rate }),
      ...(extra.metrics ? measuredPoint(extra.metrics) : {}),
      density: total,
      ...(extra.withLayers ? { layerDensity: layers } : {}),
      ...(facts ? { facts } : {}),
      seconds: Number(this.clock.seconds.toFixed(3)),
    };
    await this.saving(() => this.options.run.appendMetrics(point));
    this.report(point);
  }

  /** The run stands still for a while, for a reason. */
  private tellWaiting(phase: string): void {
    const density = this.model.densities(this.method.prunable).total;
    this.report({ step: this.step, phase, density, seconds: this.clock.seconds });
  }

  private report(point: MetricPoint): void {
    const { step, totalSteps } = this;
    const etaSeconds = this.clock.secondsLeft(totalSteps - step);
    this.options.onProgress?.({ step, totalSteps, phase: point.phase, etaSeconds, point });
  }

  // Checkpoints and the end.

  private async resume(): Promise<void> {
    const { run, graph } = this.options;
    const checkpoint = await run.checkpoint();
    await run.rewindMetrics(checkpoint?.metricLines ?? 0);
    const enter = async () => this.method.enter?.(checkpoint?.step ?? 0, this.trainee);
    if (!checkpoint) return enter();
    const kept = checkpoint.structure === 'sparse' ? ((await run.kept()) ?? {}) : undefined;
    // The optimizer that the checkpoint is of: that of the last step done.
    const last = this.course.at(Math.max(0, checkpoint.step - 1));
    if (last.isOwn) this.model.renew(last.training);
    await this.model.restore(checkpoint, await run.graphOf(checkpoint), kept && cutsOf(graph, kept), enter);
    this.step = this.saved = checkpoint.step;
    this.phase = last.name;
    this.clock = new Clock(checkpoint.seconds);
    const { denseAccuracy, denseMetrics } = checkpoint;
    // Runs of 0.1.0 know accuracy alone.
    this.denseMetrics =
      denseMetrics ?? (denseAccuracy === undefined ? undefined : { accuracy: denseAccuracy });
  }

  private async checkpoint(): Promise<void> {
    if (this.saved === this.step) return;
    const { run } = this.options;
    const state = await this.soundState();
    await this.saving(async () => {
      await run.saveCheckpoint(this.standing(state));
      if (this.savedMasks !== this.model.maskVersion) await run.saveMasks(this.model.masks());
      this.savedMasks = this.model.maskVersion;
    });
    this.saved = this.step;
    await this.saving(() => run.update({ step: this.step }));
  }

  /** A step can spoil weights before any loss shows it; such a checkpoint would take the place of a good one. */
  private async soundState(): Promise<TraineeState> {
    const state = await this.model.state();
    const learnt = this.model.parameters.extraState().filter(([, { trainable }]) => trainable);
    const own = learnt.map(([name]) => [name, state.optimizer.get(extra + name)!] as const);
    for (const [name, { data }] of [...state.weights, ...own])
      if (!data.every(Number.isFinite)) throw new Error(this.diverged(`${name} is`));
    return state;
  }

  private async keepIfBest(metrics: Metrics): Promise<void> {
    // What was judged is not what the weights alone would give: it is handed on once the method has folded it in.
    if (this.model.executor.hooks) return;
    const { total: density } = this.model.densities(this.method.prunable);
    const metric = headlineKey(metrics);
    const candidate = { step: this.step, metric, value: metrics[metric] ?? NaN, density };
    await this.saving(() =>
      this.options.run.offerBest(candidate, async () => this.standing(await this.model.state())),
    );
  }

  private standing(state: TraineeState): Checkpoint {
    return {
      ...state,
      step: this.step,
      seconds: this.clock.seconds,
      metricLines: this.options.run.metricLines,
      ...(this.denseMetrics
        ? { denseMetrics: this.denseMetrics, denseAccuracy: shareOf(this.denseMetrics) }
        : {}),
    };
  }

  /** Adds to what went wrong in writing what is left of the run and what to do. */
  private async saving<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      throw new Error(unsaved(this.step, (error as Error).message, this.kept()));
    }
  }

  private diverged(what: string): string {
    return diverged(what, this.step, this.model.optimizer.learningRate, this.kept());
  }

  private async tooLarge(samples: number): Promise<Error> {
    const { accumulate = 1 } = this.options.recipe.training;
    const { device } = await this.options.run.record();
    return new Error(tooLarge(this.step, device.name, { samples, accumulate }, this.kept()));
  }

  private async noRoomToTest(): Promise<Error> {
    const { device } = await this.options.run.record();
    return new Error(noRoomToTest(this.step, device.name, this.kept()));
  }

  private kept(): string {
    return this.saved >= 0 ? `the checkpoint of step ${this.saved} is kept` : 'there is no checkpoint yet';
  }

  private async finish(): Promise<RunResult> {
    const { graph } = this.options;
    await this.method.finish?.(this.trainee);
    // Before it is judged, which may keep it as the best.
    await this.soundState();
    const metrics = (await this.measure())!;
    await this.checkpoint();
    // The dense baseline never begins to prune: it is its own dense model.
    if (!this.denseMetrics) await this.trainee.keep('dense');
    return outcomeOf(graph, this.model, {
      before: this.denseMetrics ?? metrics,
      after: metrics,
      density: this.model.densities(this.method.prunable).total,
      seconds: this.clock.seconds,
    });
  }
}
