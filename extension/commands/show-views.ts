// "Show Masks", "Show Latency", "Show Run": a run's views.
import { commands, type CommandId } from '../../core/protocol/commands';
import type { ViewKind } from '../../core/protocol/webview';
import { pickRun, type Wanted } from '../runs/pick-run';
import { isFinished } from '../runs/run';
import type { Command } from './command';

const opens = (id: CommandId, kind: ViewKind, wanted: Wanted): Command => ({
  id,
  async run(app, target) {
    const run = await pickRun(app, target, wanted);
    if (run) await app.panels.open(kind, run.folder);
  },
});

const finished = { fits: isFinished, none: 'no finished run' };

export const showMasks = opens(commands.showMasks, 'mask', { ...finished, title: 'Show masks' });
export const showLatency = opens(commands.showLatency, 'latency', { ...finished, title: 'Show latency' });
export const showRun = opens(commands.showRun, 'run', {
  fits: () => true,
  none: 'no run',
  title: 'Show run',
});
