// The runs view: newest first, with status and metric, live while a run trains; its welcome text stands in package.json.
import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
} from 'vscode';
import { commands } from '../../core/protocol/commands';
import { metricName, metricText } from '../../core/runs/metric-words';
import type { RunRecord, RunStatus } from '../../core/runs/run-record';
import type { LiveRuns } from './live-runs';
import { removesChannels, type Run, runTitle } from './run';
import type { RunStore } from './run-store';
import { resultLine, type Standing, statusLine, treeLine } from './words';

const icons: Readonly<Record<RunStatus, ThemeIcon>> = {
  running: new ThemeIcon('loading~spin'),
  finished: new ThemeIcon('pass', new ThemeColor('charts.green')),
  stopped: new ThemeIcon('debug-pause'),
  interrupted: new ThemeIcon('debug-disconnect', new ThemeColor('charts.yellow')),
  failed: new ThemeIcon('error', new ThemeColor('charts.red')),
};

const waiting = new ThemeIcon('watch');

export class RunsTree implements TreeDataProvider<Run>, Disposable {
  private readonly emitter = new EventEmitter<Run | undefined>();
  private readonly listeners: readonly Disposable[];
  /** The rows on show, by folder: one is drawn anew by the very object that it was made of. */
  private readonly rows = new Map<string, Run>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly store: RunStore,
    private readonly live: LiveRuns,
  ) {
    const redraw = (folder: string) => {
      const row = this.rows.get(folder);
      if (row) this.emitter.fire(row);
    };
    this.listeners = [
      store.onDidChange(() => this.emitter.fire(undefined)),
      { dispose: store.standings.onDidChange(redraw) },
    ];
  }

  async getChildren(run?: Run): Promise<Run[]> {
    if (run) return [];
    const runs = await this.store.list();
    this.rows.clear();
    for (const row of runs) this.rows.set(row.folder, row);
    return runs;
  }

  getTreeItem(run: Run): TreeItem {
    const { record, folder } = run;
    const item = new TreeItem(record.recipe.model.name);
    item.id = folder;
    const standing = this.store.standings.get(folder);
    item.description = treeLine(record, standing);
    item.iconPath = record.status === 'running' && record.waitingFor ? waiting : icons[record.status];
    item.tooltip = tooltip(record, standing);
    // `live` can be stopped here; a run of another window cannot.
    item.contextValue =
      record.status === 'running' && this.live.get(folder)
        ? 'run.live'
        : `run.${record.status}${removesChannels(run) ? '.channels' : ''}`;
    item.command = { command: commands.showRun, title: 'Show Run', arguments: [{ folder }] };
    item.accessibilityInformation = { label: `${record.recipe.model.name}, ${item.description}` };
    return item;
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.emitter.dispose();
  }
}

function tooltip(record: RunRecord, standing: Standing | undefined): MarkdownString {
  const text = new MarkdownString();
  text.appendText(
    record.result ? resultLine(record) : `${runTitle(record)}: ${statusLine(record, standing)}`,
  );
  const { best, notice } = record;
  if (best)
    text.appendText(
      `\n\nbest: ${metricName(best.metric)} ${metricText(best.metric, best.value)} at step ${best.step}, density ${best.density.toFixed(2)}`,
    );
  if (notice) text.appendText(`\n\n${notice}`);
  text.appendMarkdown('\n\n');
  text.appendText(
    `${record.device?.name ?? 'unknown device'} · ${new Date(record.created).toLocaleString()} · ${record.id}`,
  );
  return text;
}
