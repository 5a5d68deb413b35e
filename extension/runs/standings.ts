// Where runs that train stand between two checkpoints: those of this window by what its host tells, those of other windows
// and of the command line by the end of their metrics file. No `vscode` here.
import type { LiveRuns } from './live-runs';
import { readStanding } from './read-standing';
import type { Standing } from './words';

/** A run tells several points a second; people read one. Changes within this time, in ms, are told as one. */
const pace = 500;

export class Standings {
  private readonly fromFiles = new Map<string, Standing>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly listeners = new Set<(folder: string) => void>();
  private readonly stopListening: () => void;

  constructor(private readonly live: LiveRuns) {
    this.stopListening = live.onDidChange((folder) => this.changed(folder));
  }

  /** Undefined while nothing is known but the run's record. */
  get(folder: string): Standing | undefined {
    const fromFile = this.fromFiles.get(folder);
    const run = this.live.get(folder);
    if (!run?.progress) return fromFile;
    const { step, point } = run.progress;
    // What was tested before the run was gone on with is in its file.
    return { step, density: point.density, known: { ...fromFile?.known, ...run.known } };
  }

  /** Reads where a run stands that nobody has told of yet. */
  async look(folder: string): Promise<void> {
    if (!this.fromFiles.has(folder)) await this.read(folder);
  }

  /** A run's metrics file was written to, or its host has told something. */
  changed(folder: string): void {
    if (this.timers.has(folder)) return;
    this.timers.set(
      folder,
      setTimeout(() => void this.tell(folder), pace),
    );
  }

  /** Told of each run that stands elsewhere than before. Answers with a way to stop listening. */
  onDidChange(listener: (folder: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  dispose(): void {
    this.stopListening();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listeners.clear();
  }

  private async tell(folder: string): Promise<void> {
    // What the host tells is newer than the file: that is not read.
    if (!this.live.get(folder)?.progress) await this.read(folder);
    this.timers.delete(folder);
    for (const listener of this.listeners) listener(folder);
  }

  private async read(folder: string): Promise<void> {
    const standing = await readStanding(folder);
    if (standing) this.fromFiles.set(folder, standing);
    else this.fromFiles.delete(folder);
  }
}
