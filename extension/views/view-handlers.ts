// Answers what a view asks: pages and metrics from the training host, buttons through the commands.
import { commands as vscodeCommands } from 'vscode';
import { commands } from '../../core/protocol/commands';
import type { Handlers } from '../../core/protocol/typed';
import type { ViewKind, ViewRequests } from '../../core/protocol/webview';
import type { App } from '../app';
import { measure } from '../runs/measure';
import { viewState } from './view-state';

export function viewHandlers(app: App, kind: ViewKind, folder: string): Handlers<ViewRequests, AbortSignal> {
  const host = app.trainingHost;
  return {
    'view/ready': () => viewState(app, kind, folder),
    'masks/page': (params, signal) => host.ask('masks/page', { ...params, folder }, signal),
    'run/metrics': ({ from }, signal) => host.ask('runs/metrics', { folder, from }, signal),
    'run/stop': () => host.interrupt(folder),
    'run/resume': async () => void (await vscodeCommands.executeCommand(commands.resumeRun, { folder })),
    'view/open': ({ view }) => app.panels.open(view, folder),
    'latency/measure': ({ engine }, signal) => measure(app, { folder, engine }, signal),
  };
}
