// What a view shows when it opens or comes back: asked from the run folder and the training host, never kept here.
import type { ViewKind, ViewState } from '../../core/protocol/webview';
import type { App } from '../app';
import { foldersIn } from './folders';
import { type Run, runTitle } from '../runs/run';
import { Explanation } from '../explanation';

export async function viewState(app: App, kind: ViewKind, folder: string): Promise<ViewState> {
  if (kind === 'compare') return compareState(app, folder);
  const run = await requireRun(app, folder);
  const title = runTitle(run.record);
  switch (kind) {
    case 'mask':
      return { view: kind, folder, title, layers: await app.trainingHost.ask('masks/layers', { folder }) };
    case 'latency': {
      const [report, engines] = await Promise.all([
        app.trainingHost.ask('benchmark/last', { folder }),
        listEngines(app),
      ]);
      return { view: kind, folder, title, report, engines };
    }
    case 'run': {
      const metrics = await app.trainingHost.ask('runs/metrics', { folder, from: 0 });
      return { view: kind, folder, title, record: run.record, metrics };
    }
  }
}

async function compareState(app: App, text: string): Promise<ViewState> {
  const runs = await Promise.all(
    foldersIn(text).map(async (folder) => {
      const { record } = await requireRun(app, folder);
      const [metrics, latency] = await Promise.all([
        app.trainingHost.ask('runs/metrics', { folder, from: 0 }),
        // A report that cannot be read is no reason to show nothing.
        app.trainingHost.ask('benchmark/last', { folder }).catch(() => null),
      ]);
      return { record, metrics, latency };
    }),
  );
  const models = [...new Set(runs.map(({ record }) => record.recipe.model.name))];
  return { view: 'compare', folder: text, title: `${runs.length} runs of ${models.join(' and ')}`, runs };
}

export interface Engine {
  readonly id: string;
  readonly name: string;
}

/** ONNX Runtime first: it is what a user would deploy on, and so the honest baseline. */
export async function listEngines(app: App): Promise<Engine[]> {
  const devices = await app.trainingHost.ask('host/devices', {});
  const usable = devices.filter(({ available }) => available).map(({ id, name }) => ({ id, name }));
  return [{ id: 'onnxruntime', name: 'ONNX Runtime (CPU)' }, ...usable];
}

export async function requireRun(app: App, folder: string): Promise<Run> {
  const run = await app.runs.read(folder);
  if (!run)
    throw new Explanation(`cannot read run.json in ${folder}: the run was deleted or is not one of ours`);
  return run;
}
