// Times two things against each other: warm, interleaved, in alternating order, so that drift of the machine hits both.

export type Run = () => Promise<void> | void;

export interface MeasureOptions {
  /** Milliseconds to spend measuring, warm-up included. */
  readonly budgetMs?: number;
  /** Rounds to take even if the budget is spent: fewer give no percentiles worth the name. */
  readonly minRounds?: number;
  readonly maxRounds?: number;
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
  /** Milliseconds that only ever grow; tests bring their own. */
  readonly now?: () => number;
}

/** Milliseconds for one run, one entry a round; round i of both ran one right after the other. */
export interface Samples {
  readonly dense: readonly number[];
  readonly sparse: readonly number[];
}

/**
 * A sample shorter than this is repeated until it is not: far below it one measures the clock. Not longer either: the
 * shorter a round, the fewer of them the scheduler interrupts on a busy machine.
 */
const minSampleMs = 0.1;
const maxRepeats = 1000;
/** Share of the budget for warming up: caches, allocators and just-in-time compilers settle. */
const warmUpShare = 0.1;
const minWarmUps = 3;

/** Rejects with one line when cancelled; whatever a run throws comes through. */
export async function measure(dense: Run, sparse: Run, options: MeasureOptions = {}): Promise<Samples> {
  const { budgetMs = 5000, minRounds = 11, maxRounds = 10_000, signal, onProgress } = options;
  const now = options.now ?? (() => performance.now());
  const begin = now();
  const elapsed = () => now() - begin;

  const stopIfCancelled = () => {
    if (signal?.aborted) throw new Error('the benchmark was cancelled');
  };
  const time = async (run: Run, repeats: number): Promise<number> => {
    const start = now();
    for (let i = 0; i < repeats; i++) {
      const pending = run();
      // Awaiting what is finished already would add a turn of the event loop to what is measured.
      if (pending) await pending;
    }
    return (now() - start) / repeats;
  };

  const runs = [dense, sparse] as const;
  let slowest = 0;
  for (let i = 0; i < minWarmUps || elapsed() < budgetMs * warmUpShare; i++) {
    stopIfCancelled();
    const times = [await time(runs[0], 1), await time(runs[1], 1)];
    // Only the last, warm pair counts: the first ones allocate and compile.
    slowest = Math.max(...times);
    await breathe();
  }
  // The same number for both, so that neither gets the warmer cache.
  const repeats = Math.min(maxRepeats, Math.max(1, Math.ceil(minSampleMs / Math.max(slowest, 1e-6))));

  const samples = { dense: [] as number[], sparse: [] as number[] };
  for (let round = 0; round < maxRounds; round++) {
    const isSpent = elapsed() >= budgetMs;
    if (round >= minRounds && isSpent) break;
    stopIfCancelled();
    // Whoever goes second finds the caches of the other: each goes first every other round.
    const order = round % 2 === 0 ? (['dense', 'sparse'] as const) : (['sparse', 'dense'] as const);
    for (const which of order) samples[which].push(await time(which === 'dense' ? dense : sparse, repeats));
    onProgress?.(Math.min(1, Math.min(elapsed() / budgetMs, (round + 1) / minRounds)));
    await breathe();
  }
  onProgress?.(1);
  return samples;
}

/** Lets cancellation and other messages in between rounds, outside of what is timed. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
