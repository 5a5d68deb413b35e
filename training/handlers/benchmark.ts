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
      let [lastTime, lastWhat] = [-Infinity, ''];
      const onProgress = (done: number, what: string) => {
        const isNews = what !== lastWhat || done === 100 || performance.now() - lastTime >= minGapMs;
        if (!isNews) return;
        [lastTime, lastWhat] = [performance.now(), what];
        context.notify('benchmark/progress', { folder, done, of: 100, what });
      };
      return benchmarkRun(run, context, { engine, batch, signal, onProgress });
    },
    'benchmark/last': ({ folder }) => lastReport(folder),
  };
}
