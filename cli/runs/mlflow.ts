// `espalier runs mlflow`: copies a run into an MLflow file store, for those whose dashboards are there.
import path from 'node:path';
import { writeMlflow } from '../../training/runs/events/mlflow';
import { RunFolder } from '../../training/runs/run-folder';
import { UsageError } from '../command';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const mlflowAction: RunsAction = {
  name: 'mlflow',
  usage: 'mlflow <run> … [--to mlruns]',
  summary: 'copy metrics and recipe into an MLflow file store',

  async run(context) {
    const { positionals, options, print, runsFolder } = context;
    if (positionals.length === 0)
      throw new UsageError('runs mlflow needs a run: its id, a part of it, or last');
    const store = path.resolve(String(options['to']));
    const written: string[] = [];
    for (const text of positionals)
      written.push(await writeMlflow(await RunFolder.open(await findRun(text, runsFolder)), store));
    if (options['json']) return printJson(context, { written });
    for (const folder of written) print(folder);
    print(`mlflow ui --backend-store-uri ${store}`);
  },
};
