// "Restart": new processes, whatever state the old ones are in. A live run is stopped after a checkpoint first.
import { window } from 'vscode';
import { stopRun } from '../runs/stop-run';
import type { Command } from './command';

export const restart: Command = {
  async run({ languageServer, trainingHost, live }) {
    if (live.all.length > 0) {
      const go = 'Stop and restart';
      const detail = 'The run is stopped after a checkpoint and can be resumed.';
      const choice = await window.showWarningMessage('A run is training.', { modal: true, detail }, go);
      if (choice !== go) return;
      await Promise.all(live.all.map(({ folder }) => stopRun(trainingHost, folder)));
    }
    await trainingHost.stop();
    await languageServer.restart();
    window.setStatusBarMessage('Espalier restarted', 3000);
  },
};
