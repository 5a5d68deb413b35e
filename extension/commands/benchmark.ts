// "Benchmark": measures a run's dense model against its sparse one, and shows the result.
import { ProgressLocation, window } from 'vscode';
import type { App } from '../app';
import { type Measurement, measure } from '../runs/measure';
import { pickRun } from '../runs/pick-run';
import { isFinished, runTitle } from '../runs/run';
import { listEngines } from '../views/view-state';
import type { Command } from './command';

export const benchmark: Command = {
  async run(app, target) {
    const run = await pickRun(app, target, { fits: isFinished, title: 'Benchmark', none: 'no finished run' });
    if (!run) return;
    const engine = await pickEngine(app);
    if (!engine) return;
    if (await measureWithProgress(app, { folder: run.folder, engine }, runTitle(run.record))) {
      await app.panels.open('latency', run.folder, { reload: true });
    }
  },
};

async function pickEngine(app: App): Promise<string | undefined> {
  const engines = await listEngines(app);
  const items = engines.map(({ id, name }) => ({ label: name, description: id, id }));
  const options = { title: 'Benchmark', placeHolder: 'Measure on which engine?' };
  return (await window.showQuickPick(items, options))?.id;
}

/** False when people cancelled. */
function measureWithProgress(app: App, measurement: Measurement, title: string): Thenable<boolean> {
  const options = {
    location: ProgressLocation.Notification,
    title: `Benchmark of ${title}`,
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const stop = app.trainingHost.on('benchmark/progress', ({ folder, done, of, what }) => {
      if (folder !== measurement.folder) return;
      const percent = of > 0 ? (done / of) * 100 : 0;
      progress.report({ message: what, increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    });
    try {
      await measure(app, measurement, controller.signal);
      return true;
    } catch (error) {
      if (controller.signal.aborted) return false;
      throw error;
    } finally {
      stop();
    }
  });
}
