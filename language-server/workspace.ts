// What the editor says about itself and the workspace: folders, trust, settings, what it can do.
import path from 'node:path';
import type { ClientCapabilities, Connection, InitializeParams } from 'vscode-languageserver/node';
import type { InitializationOptions } from '../core/protocol/language-server';
import { fileOf } from './documents/uri';
import { findPackages } from './frontends/python/environment';
import { type Settings, settingsFrom } from './settings';

/** Settings of display alone: nothing has to be read again when they change. */
const displaySettings: readonly (keyof Settings)[] = ['inlayHints', 'inlayShapes'];

export type WorkspaceChange = 'reading' | 'display';

export class Workspace {
  private capabilities: ClientCapabilities = {};
  private folders: string[] = [];
  private current: Settings = settingsFrom(undefined);
  private trust = false;
  private pythonPath: string | undefined;
  private readonly listeners: ((change: WorkspaceChange) => void)[] = [];
  private readonly starters: (() => void)[] = [];

  constructor(private readonly connection: Connection) {
    connection.onDidChangeConfiguration(({ settings }) => void this.refresh(settings));
  }

  get settings(): Settings {
    return this.current;
  }

  get trusted(): boolean {
    return this.trust;
  }

  get client(): ClientCapabilities {
    return this.capabilities;
  }

  /** Calls back when settings or trust change, and says whether what was read still holds. */
  onChange(listener: (change: WorkspaceChange) => void): void {
    this.listeners.push(listener);
  }

  /** Calls back once the editor may be asked and told. */
  onStart(starter: () => void): void {
    this.starters.push(starter);
  }

  initialize({ capabilities, workspaceFolders, initializationOptions }: InitializeParams): void {
    this.capabilities = capabilities;
    const options = (initializationOptions ?? {}) as InitializationOptions;
    // Whoever does not say that the workspace is trusted has not been asked: then nothing of it runs.
    this.trust = options.trusted === true;
    this.current = settingsFrom(options.settings);
    this.pythonPath = pathIn(options.pythonPath);
    this.setFolders((workspaceFolders ?? []).map(({ uri }) => uri));
  }

  /** After `initialized`: from now on the editor may be asked. */
  async start(): Promise<void> {
    const { workspace } = this.capabilities;
    if (workspace?.workspaceFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => fileOf(uri)));
        this.folders = this.folders.filter((folder) => !gone.has(folder));
        this.setFolders(
          added.map(({ uri }) => uri),
          this.folders,
        );
      });
    }
    for (const starter of this.starters) starter();
    await this.refresh(undefined);
  }

  /** The editor's choice of a Python environment, or that there is none any more. */
  setPython(pythonPath: unknown): void {
    const now = pathIn(pythonPath);
    if (now === this.pythonPath) return;
    this.pythonPath = now;
    this.changed('reading');
  }

  setTrusted(trusted: boolean): void {
    if (trusted === this.trust) return;
    this.trust = trusted;
    this.changed('reading');
  }

  /** The innermost workspace folder that holds a file. */
  folderOf(file: string): string | undefined {
    return this.folders.find((folder) => file.startsWith(folder + path.sep));
  }

  /** Where a file's imports may come from. */
  placeOf(file: string): { readonly workspaceFolder?: string; readonly packages: readonly string[] } {
    const workspaceFolder = this.folderOf(file);
    const packages = findPackages({
      setting: this.current.pythonEnvironment,
      chosen: this.pythonPath,
      folders: [workspaceFolder ?? path.dirname(file)],
      env: process.env,
    });
    return { packages, ...(workspaceFolder === undefined ? {} : { workspaceFolder }) };
  }

  private setFolders(uris: readonly string[], others: readonly string[] = []): void {
    const added = uris.flatMap((uri) => fileOf(uri)?.replace(/[\\/]+$/, '') ?? []);
    this.folders = [...new Set([...others, ...added])].sort((a, b) => b.length - a.length);
  }

  /** Asks the editor for the settings where it can be asked; otherwise takes those that it pushed. */
  private async refresh(pushed: unknown): Promise<void> {
    const before = this.current;
    if (this.capabilities.workspace?.configuration) {
      const section: unknown = await this.connection.workspace
        .getConfiguration('espalier')
        .catch(() => undefined);
      if (section !== undefined) this.current = settingsFrom(section);
    } else if (typeof pushed === 'object' && pushed !== null && 'espalier' in pushed) {
      this.current = settingsFrom(pushed.espalier);
    }
    const keys = Object.keys(before) as (keyof Settings)[];
    const changed = keys.filter((key) => this.current[key] !== before[key]);
    if (changed.length === 0) return;
    this.changed(changed.every((key) => displaySettings.includes(key)) ? 'display' : 'reading');
  }

  private changed(change: WorkspaceChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

const pathIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;
