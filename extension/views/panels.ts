// The open panels: at most one of each kind a run. Passes on what the training host tells, and brings panels back after a reload.
import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { KeptState, ViewKind } from '../../core/protocol/webview';
import type { App } from '../app';
import { panelTypes } from '../manifest/views';
import { Panel, titles } from './panel';
import { foldersIn } from './folders';
import { requireRun } from './view-state';

export class Panels implements Disposable {
  private readonly panels = new Map<string, Panel>();
  private readonly parts: Disposable[] = [];

  constructor(private readonly app: () => App) {
    for (const [kind, type] of Object.entries(panelTypes) as [ViewKind, string][]) {
      const deserializeWebviewPanel = (panel: WebviewPanel, state: unknown) =>
        this.restore(kind, panel, state);
      this.parts.push(window.registerWebviewPanelSerializer(type, { deserializeWebviewPanel }));
    }
  }

  /** Opens beside the editor, or shows the panel that is open already; `reload` makes that one ask for its state anew. */
  async open(kind: ViewKind, folder: string, { reload = false } = {}): Promise<void> {
    // Views of several runs have their folders in one text: the first one gives the title.
    const { record } = await requireRun(this.app(), foldersIn(folder)[0]!);
    // The page names the method; a tab has room for the model.
    const title = `${titles[kind]}: ${record.recipe.model.name}`;
    const known = this.panels.get(key(kind, folder));
    if (known) {
      known.panel.reveal(undefined, true);
      if (reload) known.load();
      return;
    }
    const viewColumn = this.columnInUse() ?? ViewColumn.Beside;
    // Focus stays where people work: a view that opens by itself must not catch their keystrokes.
    const panel = window.createWebviewPanel(panelTypes[kind], title, { viewColumn, preserveFocus: true });
    this.adopt(kind, folder, panel);
  }

  /** Passes on what the host tells to the views of its run. */
  listen(): void {
    const { trainingHost } = this.app();
    trainingHost.on('run/progress', (progress) =>
      this.panels.get(key('run', progress.folder))?.notify('run/progress', progress),
    );
    trainingHost.on('run/ended', ({ folder, record }) =>
      this.panels.get(key('run', folder))?.notify('run/ended', { record }),
    );
    trainingHost.on('benchmark/progress', ({ folder, ...progress }) =>
      this.panels.get(key('latency', folder))?.notify('latency/progress', progress),
    );
  }

  /** The run is gone: so are its views. */
  close(folder: string): void {
    for (const panel of [...this.panels.values()])
      if (foldersIn(panel.folder).includes(folder)) panel.panel.dispose();
  }

  /** Makes the run's views ask for their state anew, where nothing else would tell them. */
  reload(folder: string): void {
    for (const panel of this.panels.values()) if (panel.folder === folder) panel.load();
  }

  dispose(): void {
    for (const part of [...this.parts, ...this.panels.values()]) part.dispose();
  }

  private adopt(kind: ViewKind, folder: string, panel: WebviewPanel): void {
    const view = new Panel(this.app(), kind, folder, panel);
    this.panels.set(key(kind, folder), view);
    panel.onDidDispose(() => {
      view.dispose();
      this.panels.delete(key(kind, folder));
    });
  }

  /** A state without a folder (or of a second panel for the same run) cannot be shown: the panel goes, quietly. */
  private restore(kind: ViewKind, panel: WebviewPanel, state: unknown): Promise<void> {
    const folder = (state as Partial<KeptState> | undefined)?.folder;
    if (typeof folder !== 'string' || this.panels.has(key(kind, folder))) panel.dispose();
    else this.adopt(kind, folder, panel);
    return Promise.resolve();
  }

  private columnInUse(): ViewColumn | undefined {
    const [first] = this.panels.values();
    return first?.panel.viewColumn;
  }
}

const key = (kind: ViewKind, folder: string): string => `${kind}\n${folder}`;
