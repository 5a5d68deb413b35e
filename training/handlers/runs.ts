// Answers what is asked about runs: start, resume, stop, list, metrics.
import { listRuns } from '../runs/list';
import { RunFolder } from '../runs/run-folder';
import type { RunQueue } from '../trainer/run-queue';
import type { HostHandlers } from './context';

type RunRequests = 'runs/start' | 'runs/preview' | 'runs/resume' | 'runs/stop' | 'runs/list' | 'runs/metrics';

export const runHandlers = (queue: RunQueue): HostHandlers<RunRequests> => ({
  'runs/start': (params) => queue.start(params),
  'runs/preview': (params, signal) => queue.preview(params, signal),
  'runs/resume': ({ folder, force }) => queue.resume(folder, { force }),
  'runs/stop': ({ folder }) => queue.stop(folder),
  'runs/list': ({ runsFolder }) => listRuns(runsFolder),
  'runs/metrics': async ({ folder, from }) => (await RunFolder.open(folder)).metrics(from),
});
