// Answers `benchmark/run` and `benchmark/last`.
import { benchmarkRun } from '../latency/benchmark-run';
import { lastReport } from '../latency/report-file';
import { RunFolder } from '../runs/run-folder';
import type { HostContext, HostHandlers } from './context';

/** Notifications more often than this only fill the pipe. */
const minGapMs = 200;

export function benchmarkHandlers(context: HostContext): HostHandlers<'benchmark/run' | 'benchmark/last'> {
  return {
    async 'benchmark/run'({ folder, engine, batch }, signal) {
      const run = await RunFolder.open(folder);
      let last = { time: -Infinity, what: '', done: 0 };
      const onProgress = (done: number, what: string) => {
        const time = performance.now();
        const isEnd = done === 100 && last.done < 100;
        if (what === last.what && !isEnd && time - last.time < minGapMs) return;
        last = { time, what, done };
        context.notify('benchmark/progress', { folder, done, of: 100, what });
      };
      return benchmarkRun(run, context, { engine, batch, signal, onProgress });
    },
    'benchmark/last': ({ folder }) => lastReport(folder),
  };
}
