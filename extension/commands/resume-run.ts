// "Resume Run": goes on from the last checkpoint of a run that was stopped, interrupted or failed.
import { pickRun } from '../runs/pick-run';
import { canResume } from '../runs/run';
import { resumeRun } from '../runs/start-run';
import { requireTrust } from '../trust';
import type { Command } from './command';

export const resumeRunCommand: Command = {
  async run(app, target) {
    requireTrust('Training');
    const run = await pickRun(app, target, {
      fits: canResume,
      title: 'Resume run',
      none: 'no run can be resumed',
    });
    if (run) await resumeRun(app, run);
  },
};
