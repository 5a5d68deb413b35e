// `espalier runs resume`: goes on from the last checkpoint.
import { wouldDiffer } from '../../core/protocol/training-host';
import { UsageError } from '../command';
import { withHost } from '../host';
import { outcomeText, progressText } from '../run-recipe';
import { StatusLine } from '../status-line';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const resumeAction: RunsAction = {
  name: 'resume',
  usage: 'resume <run> [--force]',
  summary: 'go on from the last checkpoint; --force: also where data, recipe or model changed',

  async run(context) {
    const { positionals, options, distDir, signal, print, runsFolder } = context;
    if (!positionals[0]) throw new UsageError('runs resume needs a run: its id, a part of it, or last');
    const folder = await findRun(positionals[0], runsFolder);
    const status = new StatusLine();
    const record = await withHost(
      distDir,
      signal,
      (method, params) => {
        if (method === 'run/progress') status.show(progressText(params as never));
      },
      async (host) => {
        const begun = await host
          .ask('runs/resume', { folder, force: options['force'] === true })
          .catch(advise);
        if (begun.notice && !options['json']) print(begun.notice);
        return host.ended(folder);
      },
    );
    status.clear();
    if (options['json']) printJson(context, { folder, record });
    else print(outcomeText(record));
    if (record.status !== 'finished') process.exitCode = 1;
  },
};

function advise(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw new Error(message.startsWith(wouldDiffer) ? message.replace('with force', 'with --force') : message);
}
