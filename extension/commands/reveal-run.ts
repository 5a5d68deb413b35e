// "Open Run Folder": shows where a run lies.
import { Uri } from 'vscode';
import { reveal } from '../files/reveal';
import { pickRun } from '../runs/pick-run';
import type { Command } from './command';

export const revealRun: Command = {
  async run(app, target) {
    const run = await pickRun(app, target, { fits: () => true, title: 'Open run folder', none: 'no run' });
    if (run) await reveal(Uri.file(run.folder));
  },
};
