// `espalier runs show`: all that one run says about itself.
import { compareRuns } from '../../core/runs/compare';
import { lastReport } from '../../training/latency/report-file';
import { RunFolder } from '../../training/runs/run-folder';
import { UsageError } from '../command';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const showAction: RunsAction = {
  name: 'show',
  usage: 'show <run>',
  summary: 'what one run reached, on what, and how to go on',

  async run(context) {
    const { positionals, options, print, runsFolder } = context;
    if (!positionals[0]) throw new UsageError('runs show needs a run: its id, a part of it, or last');
    const run = await RunFolder.open(await findRun(positionals[0], runsFolder));
    const [record, metrics, latency] = [
      await run.record(),
      await run.metrics(),
      await lastReport(run.folder),
    ];
    if (options['json']) return printJson(context, { folder: run.folder, record, metrics, latency });
    const facts: [string, string][] = [
      ['run', record.id],
      ...compareRuns([{ record, latency }]).map(({ name, values }): [string, string] => [name, values[0]!]),
      ['begun', record.created],
      ...(record.hashes ? [['data hash', record.hashes.data.slice(0, 16)] as [string, string]] : []),
      ...(record.notice ? [['note', record.notice] as [string, string]] : []),
      ...(record.error ? [['error', record.error] as [string, string]] : []),
      ['folder', run.folder],
      ['TensorBoard', `tensorboard --logdir ${run.folder}`],
    ];
    const width = Math.max(...facts.map(([name]) => name.length));
    for (const [name, value] of facts) print(`${name.padEnd(width)}  ${value}`);
    if (record.status !== 'finished' && record.status !== 'running')
      print(`\nespalier runs resume ${record.id} goes on from its last checkpoint.`);
  },
};
