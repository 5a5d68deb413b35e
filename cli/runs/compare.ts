// `espalier runs compare`: runs beside each other, and what of their recipes is not the same.
import path from 'node:path';
import { type ComparedRun, compareRuns } from '../../core/runs/compare';
import { lastReport } from '../../training/latency/report-file';
import { RunFolder } from '../../training/runs/run-folder';
import { UsageError } from '../command';
import { formatTable } from '../table';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const compareAction: RunsAction = {
  name: 'compare',
  usage: 'compare <run> <run> …',
  summary: 'runs beside each other; what differs is marked',

  async run(context) {
    const { positionals, options, print, runsFolder } = context;
    if (positionals.length < 2) throw new UsageError('runs compare needs two runs or more');
    const runs: (ComparedRun & { readonly folder: string })[] = [];
    for (const text of positionals) {
      const folder = await findRun(text, runsFolder);
      const run = await RunFolder.open(folder);
      runs.push({ folder, record: await run.record(), latency: await lastReport(folder) });
    }
    const rows = compareRuns(runs);
    if (options['json']) return printJson(context, { runs, rows });
    const header = ['', ...runs.map(({ folder }) => path.basename(folder))];
    const lines = rows.map(({ name, values, differs }) => [`${differs ? '≠' : ' '} ${name}`, ...values]);
    for (const line of formatTable(header, lines, 'l'.repeat(header.length))) print(line);
  },
};
