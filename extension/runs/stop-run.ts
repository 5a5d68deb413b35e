// Stops a run after its step and a checkpoint, and says so when it does not.
import { window } from 'vscode';
import { log, reasonOf } from '../log';
import type { TrainingHost } from '../training-host/training-host';

export async function stopRun(host: TrainingHost, folder: string): Promise<void> {
  try {
    await host.interrupt(folder);
  } catch (error) {
    log().error(reasonOf(error));
    void window.showErrorMessage(`Espalier: ${reasonOf(error)}`);
  }
}
