// "Stop Run": ends a run of this window after a checkpoint.
import { window } from 'vscode';
import { stopRun } from '../runs/stop-run';
import { isRunTarget } from '../runs/pick-run';
import { runTitle } from '../runs/run';
import type { Command } from './command';
import { Explanation } from '../explanation';

export const stopRunCommand: Command = {
  async run({ live, trainingHost }, target) {
    const wanted = isRunTarget(target) ? live.all.filter(({ folder }) => folder === target.folder) : live.all;
    if (wanted.length === 0) {
      throw new Explanation(
        isRunTarget(target) ? 'this run is not running in this window' : 'nothing is running in this window',
      );
    }
    const items = wanted.map((run) => ({ label: runTitle(run.record), folder: run.folder }));
    const picked = items.length === 1 ? items[0] : await window.showQuickPick(items, { title: 'Stop run' });
    if (picked) await stopRun(trainingHost, picked.folder);
  },
};
