// The runs this window knows: those below its workspace folders, and where it started others. Tells when they change.
import { type Disposable, EventEmitter, type Memento, RelativePattern, Uri, workspace } from 'vscode';
import { readRun, readRuns } from './read-runs';
import { type Run, runsFolderIn } from './run';

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

  constructor(private readonly memory: Memento) {
    this.folderListener = workspace.onDidChangeWorkspaceFolders(() => this.watch());
    this.watch();
  }

  /** Newest first, over all folders. */
  async list(): Promise<Run[]> {
    const lists = await Promise.all(this.folders().map(readRuns));
    return lists.flat().sort((a, b) => b.record.created.localeCompare(a.record.created));
  }

  read(folder: string): Promise<Run | undefined> {
    return readRun(folder);
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
    for (const part of [this.folderListener, this.emitter, ...this.watchers]) part.dispose();
  }

  private folders(): string[] {
    const own = (workspace.workspaceFolders ?? []).map(({ uri }) => runsFolderIn(uri.fsPath));
    return [...new Set([...own, ...this.remembered()])];
  }

  private remembered(): string[] {
    const value: unknown = this.memory.get(rememberedKey);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  private watch(): void {
    for (const watcher of this.watchers) watcher.dispose();
    this.watchers = this.folders().map((folder) => {
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), '*/run.json'));
      watcher.onDidCreate(() => this.changed());
      watcher.onDidChange(() => this.changed());
      watcher.onDidDelete(() => this.changed());
      return watcher;
    });
    this.changed();
  }
}
