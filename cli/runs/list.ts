// `espalier runs list`: a table of the runs, newest first, and what could not be read.
import path from 'node:path';
import { dataWords } from '../../core/runs/compare';
import { headlineOf } from '../../core/runs/headline';
import { metricName, metricText } from '../../core/runs/metric-words';
import type { RunRecord } from '../../core/runs/run-record';
import { readRunsFolder } from '../../training/runs/list';
import { formatTable } from '../table';
import { printJson, type RunsAction } from './action';

export const listAction: RunsAction = {
  name: 'list',
  usage: 'list',
  summary: 'the runs here, newest first',

  async run(context) {
    const { runsFolder, options, print } = context;
    const { runs, unreadable } = await readRunsFolder(runsFolder);
    if (options['json']) return printJson(context, { runs, unreadable });
    if (runs.length === 0 && unreadable.length === 0)
      return print(`no runs in ${runsFolder}; espalier train <recipe> begins one`);
    const rows = runs.map(({ folder, record }) => [
      path.basename(folder),
      statusWords(record),
      metricWords(record),
      densityWords(record),
      dataWords(record),
    ]);
    for (const line of formatTable(['run', 'status', 'metric', 'density', 'data'], rows, 'llrrl'))
      print(line);
    for (const { folder, why } of unreadable) print(`cannot be read: ${path.basename(folder)}: ${why}`);
  },
};

export function statusWords({ status, step, totalSteps, waitingFor }: RunRecord): string {
  if (status === 'running' && waitingFor) return `waiting for the device: run ${waitingFor}`;
  return status === 'finished' ? status : `${status} ${step}/${totalSteps}`;
}

export function metricWords({ best, result }: RunRecord): string {
  if (!result) return best ? `${metricName(best.metric)} ${metricText(best.metric, best.value)}` : '–';
  const { key, sparse } = headlineOf(result);
  return `${metricName(key)} ${metricText(key, sparse)}`;
}

export function densityWords({ best, result }: RunRecord): string {
  const density = result ? 1 - result.sparsity : best?.density;
  return density === undefined ? '–' : density.toFixed(2);
}
