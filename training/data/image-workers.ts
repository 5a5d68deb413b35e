// Threads that decode images beside the steps: decoding is plain computation, which would otherwise wait for the step's.
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ImageAnswer, ImageRequest } from './image-worker';

interface Waiting {
  readonly resolve: (pixels: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

interface Hand {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/** A few suffice to keep a device busy; the step's own threads want the other cores. */
const most = 4;

export class ImageWorkers {
  private readonly hands: Hand[] = [];
  private next = 0;

  /** @param distDir where image-worker.cjs lies. */
  constructor(
    private readonly distDir: string,
    private readonly count = Math.max(1, Math.min(most, availableParallelism() - 1)),
  ) {}

  /** Rejects with one line: what is wrong with the file, or that it took the thread down. */
  decode(file: string, shape: readonly [number, number, number]): Promise<Uint8Array> {
    const id = this.next++;
    const hand = this.leastBusy();
    // Only while something is awaited do the threads keep the process alive.
    hand.worker.ref();
    return new Promise((resolve, reject) => {
      hand.waiting.set(id, { resolve, reject });
      hand.worker.postMessage({ id, file, shape } satisfies ImageRequest);
    });
  }

  private leastBusy(): Hand {
    if (this.hands.length < this.count) {
      const hand = this.start();
      this.hands.push(hand);
      return hand;
    }
    return this.hands.reduce((best, hand) => (hand.waiting.size < best.waiting.size ? hand : best));
  }

  private start(): Hand {
    const worker = new Worker(path.join(this.distDir, 'image-worker.cjs'));
    const hand: Hand = { worker, waiting: new Map() };
    worker.on('message', (answer: ImageAnswer) => {
      const waiting = hand.waiting.get(answer.id);
      hand.waiting.delete(answer.id);
      if (hand.waiting.size === 0) worker.unref();
      if ('pixels' in answer) waiting?.resolve(answer.pixels);
      else waiting?.reject(new Error(answer.error));
    });
    // A file that brings a thread down takes along what waits for it; the next request starts another thread.
    const gone = (why: string) => {
      const at = this.hands.indexOf(hand);
      if (at >= 0) this.hands.splice(at, 1);
      for (const { reject } of hand.waiting.values()) reject(new Error(`decoding ended: ${why}`));
      hand.waiting.clear();
    };
    worker.on('error', (error) => gone(error.message));
    worker.on('exit', (code) => gone(`exit code ${code}`));
    return hand;
  }

  async close(): Promise<void> {
    await Promise.all(this.hands.splice(0).map(({ worker }) => worker.terminate()));
  }
}

const pools = new Map<string, ImageWorkers>();

/** One pool a process, whatever runs in it. */
export function imageWorkers(distDir: string): ImageWorkers {
  let pool = pools.get(distDir);
  if (!pool) pools.set(distDir, (pool = new ImageWorkers(distDir)));
  return pool;
}
