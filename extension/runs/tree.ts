// The runs view: newest first, with status and accuracy; its welcome text stands in package.json.
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
import type { RunStatus } from '../../core/runs/run-record';
import type { LiveRuns } from './live-runs';
import { type Run, runTitle } from './run';
import type { RunStore } from './run-store';
import { resultLine, statusLine, treeLine } from './words';

const icons: Readonly<Record<RunStatus, ThemeIcon>> = {
  running: new ThemeIcon('loading~spin'),
  finished: new ThemeIcon('pass', new ThemeColor('charts.green')),
  stopped: new ThemeIcon('debug-pause'),
  interrupted: new ThemeIcon('debug-disconnect', new ThemeColor('charts.yellow')),
  failed: new ThemeIcon('error', new ThemeColor('charts.red')),
};

const waiting = new ThemeIcon('watch');

export class RunsTree implements TreeDataProvider<Run>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly listener: Disposable;
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly store: RunStore,
    private readonly live: LiveRuns,
  ) {
    this.listener = store.onDidChange(() => this.emitter.fire());
  }

  getChildren(run?: Run): Promise<Run[]> {
    return run ? Promise.resolve([]) : this.store.list();
  }

  getTreeItem(run: Run): TreeItem {
    const { record, folder } = run;
    const item = new TreeItem(record.recipe.model.name);
    item.id = folder;
    item.description = treeLine(record);
    item.iconPath = record.status === 'running' && record.waitingFor ? waiting : icons[record.status];
    item.tooltip = tooltip(run);
    // `live` can be stopped here; a run of another window cannot.
    item.contextValue =
      record.status === 'running' && this.live.get(folder) ? 'run.live' : `run.${record.status}`;
    item.command = { command: commands.showRun, title: 'Show Run', arguments: [{ folder }] };
    item.accessibilityInformation = { label: `${record.recipe.model.name}, ${item.description}` };
    return item;
  }

  dispose(): void {
    this.listener.dispose();
    this.emitter.dispose();
  }
}

function tooltip({ record }: Run): MarkdownString {
  const text = new MarkdownString();
  text.appendText(record.result ? resultLine(record) : `${runTitle(record)}: ${statusLine(record)}`);
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
