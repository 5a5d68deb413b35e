// The runs this window knows: those below its workspace folders, and where it started others. Tells when they change.
import path from 'node:path';
import { type Disposable, EventEmitter, type Memento, RelativePattern, Uri, workspace } from 'vscode';
import type { LiveRuns } from './live-runs';
import { readRun, readRuns } from './read-runs';
import { metricsFile } from './read-standing';
import { type Run, runsFolderIn } from './run';
import { Standings } from './standings';

const rememberedKey = 'espalier.runsFolders';
/** A run writes its record several times a second at most; lists follow at the pace of reading. */
const settle = 250;

export class RunStore implements Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly folderListener: Disposable;
  private watchers: Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Fires, settled, when some run began, changed or went. */
  readonly onDidChange = this.emitter.event;
  /** Where those stand that are running: what changes too often for lists. */
  readonly standings: Standings;

  /** `ask` is the training host's word on the runs of a folder. */
  constructor(
    private readonly memory: Memento,
    private readonly live: LiveRuns,
    private readonly ask: (runsFolder: string) => Promise<readonly Run[]>,
  ) {
    this.standings = new Standings(live);
    this.folderListener = workspace.onDidChangeWorkspaceFolders(() => this.watch());
    this.watch();
  }

  /** Newest first, over all folders. */
  async list(): Promise<Run[]> {
    const lists = await Promise.all(this.folders().map((folder) => this.settled(folder, readRuns(folder))));
    const running = lists.flat().filter(({ record }) => record.status === 'running');
    await Promise.all(running.map(({ folder }) => this.standings.look(folder)));
    return lists.flat().sort((a, b) => b.record.created.localeCompare(a.record.created));
  }

  async read(folder: string): Promise<Run | undefined> {
    const run = await readRun(folder);
    const [settled] = run ? await this.settled(path.dirname(folder), Promise.resolve([run])) : [];
    return settled;
  }

  /** Where runs of a model file go: its workspace folder, or its own folder where there is none. */
  async folderFor(file: Uri): Promise<string> {
    const home = workspace.getWorkspaceFolder(file);
    if (home) return runsFolderIn(home.uri.fsPath);
    const folder = runsFolderIn(Uri.joinPath(file, '..').fsPath);
    const known = this.remembered();
    if (!known.includes(folder)) {
      await this.memory.update(rememberedKey, [...known, folder]);
      this.watch();
    }
    return folder;
  }

  /** For changes that no watcher sees, and so that nobody waits for one. */
  changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.emitter.fire(), settle);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const part of [this.folderListener, this.emitter, this.standings, ...this.watchers]) part.dispose();
  }

  /**
   * A process id may have come round again since a crash. Only where a run claims to be running, and not here, is the
   * training host asked, which knows the lock.
   */
  private async settled(runsFolder: string, reading: Promise<Run[]>): Promise<Run[]> {
    const runs = await reading;
    const doubtful = ({ folder, record }: Run) => record.status === 'running' && !this.live.get(folder);
    if (!runs.some(doubtful)) return runs;
    const known = await this.ask(runsFolder).catch(() => []);
    return runs.map((run) => (doubtful(run) && known.find(({ folder }) => folder === run.folder)) || run);
  }

  private folders(): string[] {
    const own = (workspace.workspaceFolders ?? []).map(({ uri }) => runsFolderIn(uri.fsPath));
    return [...new Set([...own, ...this.remembered()])];
  }

  private remembered(): string[] {
    const value: unknown = this.memory.get(rememberedKey);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  private written({ fsPath }: Uri): void {
    if (path.basename(fsPath) === metricsFile) this.standings.changed(path.dirname(fsPath));
    else this.changed();
  }

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = this.folders().map((folder) => {
      const files = new RelativePattern(Uri.file(folder), `*/{run.json,${metricsFile}}`);
      const watcher = workspace.createFileSystemWatcher(files);
      watcher.onDidCreate((file) => this.written(file));
      watcher.onDidChange((file) => this.written(file));
      watcher.onDidDelete(() => this.changed());
      return watcher;
    });
    this.changed();
  }
}
