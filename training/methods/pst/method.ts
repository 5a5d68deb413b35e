// PST: a frozen model becomes sparse and learns a task by low-rank factors alone, of its weights and of their scores. Li et al. 2022.
import type { ParamName } from '../../../core/graph/model-graph';
import type { MethodFacts } from '../../../core/runs/run-record';
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import { unstructured } from '../../../core/sparsity/patterns/unstructured';
import { cubic } from '../../../core/sparsity/schedules/cubic';
import { tf } from '../../../native/tf';
import { headLayers } from '../heads';
import { LiveMasks } from '../live-masks';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf } from '../method';
import type { Trainee } from '../trainee';
import { Factors, prefix } from './factors';
import { adaptedLayers, densityOf } from './layers';
import { startNotices } from './notices';

/** What benchmarks may switch off. */
export interface Ablation {
  /** The score has no |W̃|. */
  readonly noMagnitude?: boolean;
}

export const pstMethod = (ablation: Ablation = {}): Method => ({
  id: 'pst',
  prepare: (plan) => new PstRun(plan, ablation),
});

export const pst: Method = pstMethod();

class PstRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  readonly tellsZeros = true;
  private readonly layers: readonly MatrixLayer[];
  private readonly factors: Factors;
  private readonly masks: LiveMasks;
  private readonly every: number;
  /** The step at which the weights are frozen: until then they train, all of them and dense. */
  private readonly first: number;
  /** Parameters of the head, where it learns. */
  private readonly head: ReadonlySet<ParamName>;
  private readonly sparsityAt: (step: number) => number;
  private step = 0;

  constructor(
    private readonly plan: Plan,
    ablation: Ablation,
  ) {
    const { graph, recipe, totalSteps } = plan;
    const { options, training } = recipe;
    const sparsity = sparsityOf(recipe);
    const number = (key: string) => Number(options[key]);
    this.layers = adaptedLayers(plan);
    this.prunable = this.layers.map(({ param }) => param);
    this.every = number('maskEvery');
    this.first = Math.min(stepsOf(options['denseShare'], totalSteps), totalSteps - 1);
    const steps = totalSteps - this.first;
    const begin = this.first + number('warmShare') * steps;
    const end = totalSteps - number('holdShare') * steps;
    if (end - begin < 1)
      throw new Error(
        `of ${steps} sparse steps warmShare and holdShare leave ${(end - begin).toFixed(1)} in which sparsity could rise: train longer or lower them`,
      );
    const low = number('initialSparsity');
    if (low > sparsity)
      throw new Error(`initialSparsity ${low} is more than the sparsity ${sparsity} asked for`);
    const ramp = cubic({ begin, end, every: 1 });
    this.sparsityAt = (step) => (step < this.first ? 0 : low + ramp.sparsityAt(step, sparsity - low));
    this.factors = new Factors(
      this.layers,
      {
        ...{ weightRank: number('weightRank'), maskRank: number('maskRank') },
        ...{ beta: number('beta'), alpha1: number('alpha1'), alpha2: number('alpha2') },
        detachMagnitude: options['detachMagnitude'] === true,
        ...ablation,
      },
      training.seed,
    );
    this.masks = new LiveMasks(this.layers, unstructured, `${prefix}mask/`);
    const heads = options['trainHead'] === true ? [...headLayers(graph)] : [];
    this.head = new Set(heads.flatMap(({ params }) => Object.values(params)));
    // Weights are frozen, so that only factors would decay: the paper has none.
    const sparse = { weightDecay: training.weightDecay ?? 0 };
    this.stages = [
      ...(this.first > 0 ? [{ name: 'dense', begin: 0, training: {} }] : []),
      { name: 'sparse', begin: this.first, training: sparse },
    ];
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    this.step = step;
    this.factors.enter(trainee);
    await this.masks.enter(trainee);
    if (step > this.first) this.adapt(trainee);
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    this.step = step;
    if (step < this.first) return;
    if (step === this.first) {
      await trainee.keepDense();
      for (const notice of await startNotices(this.plan, this.layers, this.first, trainee))
        await trainee.tell(notice);
      this.adapt(trainee);
    }
    if ((step - this.first) % this.every === 0) await this.refresh(trainee, this.sparsityAt(step));
  }

  trains(name: ParamName, step: number): boolean {
    const isFactor = name.startsWith(prefix);
    return step < this.first ? !isFactor : isFactor || this.head.has(name);
  }

  async finish(trainee: Trainee): Promise<void> {
    await this.refresh(trainee, sparsityOf(this.plan.recipe));
    trainee.setHooks(undefined);
    this.factors.fold(trainee);
    this.masks.settle(trainee);
  }

  async facts(): Promise<MethodFacts> {
    const { numbers } = await this.masks.facts('pruned', 'S');
    const { trainable, head, weights, model } = this.counts();
    return {
      numbers: {
        ...numbers,
        'sparsity now': this.sparsityAt(this.step),
        'trainable parameters': trainable,
        'trainable parameters of the head': head,
        'trainable: of the model': trainable / model,
        'trainable: of the pruned weights': trainable / weights,
        'trainable: of what movement pruning trains': trainable / (2 * weights),
      },
    };
  }

  /** From now on layers compute with M ∘ W̃. */
  private adapt(trainee: Trainee): void {
    trainee.setHooks({
      weight: (name, value) =>
        this.factors.has(name) ? this.factors.masked(name, value, this.masks.tensor(name)) : value,
    });
  }

  private refresh(trainee: Trainee, sparsity: number): Promise<void> {
    const { parameters } = trainee.executor;
    return this.masks.refresh(trainee, {
      density: (layer) => densityOf(layer, sparsity),
      score: async ({ param }) => {
        const score = tf.tidy(() => {
          const weight = this.factors.weight(param, parameters.variable(param));
          return this.factors.score(param, weight);
        });
        try {
          return (await parameters.toFramework(param, score)).data as Float32Array;
        } finally {
          score.dispose();
        }
      },
    });
  }

  /** (r₁ + r₂ + 1)(n + k) a matrix, less what a scale of 0 keeps from learning; the head apart. */
  private counts(): { trainable: number; head: number; weights: number; model: number } {
    const { graph, recipe } = this.plan;
    const number = (key: string) => Number(recipe.options[key]);
    const learns = (scale: string, rank: number) => (number(scale) === 0 ? 0 : rank);
    const ranks =
      learns('beta', number('weightRank')) + learns('alpha1', number('maskRank')) + learns('alpha2', 1);
    const sum = (of: (layer: MatrixLayer) => number) => this.layers.reduce((n, layer) => n + of(layer), 0);
    const size = (name: ParamName) => graph.params[name]!.shape.reduce((n, dim) => n * dim, 1);
    return {
      trainable: sum(({ matrix: { rows, cols } }) => ranks * (rows + cols)),
      weights: sum(({ matrix: { rows, cols } }) => rows * cols),
      head: [...this.head].reduce((n, name) => n + size(name), 0),
      model: Object.values(graph.params).reduce(
        (n, { name, trainable }) => n + (trainable ? size(name) : 0),
        0,
      ),
    };
  }
}
