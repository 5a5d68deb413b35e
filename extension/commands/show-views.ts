// "Show Masks", "Show Latency", "Show Run": a run's views.
import type { ViewKind } from '../../core/protocol/webview';
import { pickRun, type Wanted } from '../runs/pick-run';
import { isFinished } from '../runs/run';
import type { Command } from './command';

const opens = (kind: ViewKind, wanted: Wanted): Command => ({
  async run(app, target) {
    const run = await pickRun(app, target, wanted);
    if (run) await app.panels.open(kind, run.folder);
  },
});

const finished = { fits: isFinished, none: 'no finished run' };

export const showMasks = opens('mask', { ...finished, title: 'Show masks' });
export const showLatency = opens('latency', { ...finished, title: 'Show latency' });
export const showRun = opens('run', {
  fits: () => true,
  none: 'no run',
  title: 'Show run',
});
