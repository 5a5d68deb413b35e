// Hands back what a run made: its sparse model for another framework, and its widths for the source.
import { exportRun } from '../export/export-run';
import { runWidths } from '../export/run-widths';
import { RunFolder } from '../runs/run-folder';
import type { HostContext, HostHandlers } from './context';

export function exportHandlers(context: HostContext): HostHandlers<'export/run' | 'export/widths'> {
  return {
    'export/run': async ({ folder, ...options }, signal) =>
      exportRun(await RunFolder.open(folder), context, options, signal),
    'export/widths': async ({ folder }) => runWidths(await RunFolder.open(folder)),
  };
}
