// Answers `export/run`: writes a run's sparse model for another framework.
import { exportRun } from '../export/export-run';
import { RunFolder } from '../runs/run-folder';
import type { HostContext, HostHandlers } from './context';

export function exportHandlers(context: HostContext): HostHandlers<'export/run'> {
  return {
    'export/run': async ({ folder, ...options }, signal) =>
      exportRun(await RunFolder.open(folder), context, options, signal),
  };
}
