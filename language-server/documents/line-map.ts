// Where the lines of an earlier text are now: edits are applied as they come, so that a trace keeps its place.

/** Lines `[start, start + removed)` were replaced by `added` lines. */
export interface LineEdit {
  readonly start: number;
  readonly removed: number;
  readonly added: number;
}

export class LineMap {
  /** For each line of the text it was made for, its present line, or −1 when it is gone. */
  private readonly lines: Int32Array;
  /** Counts edits: what was worked out for one version holds until the next. */
  version = 0;

  constructor(lineCount: number) {
    this.lines = Int32Array.from({ length: lineCount }, (_, line) => line);
  }

  /** The present line, or undefined when it was deleted (or never was). */
  at(line: number): number | undefined {
    const now = this.lines[line];
    return now === undefined || now < 0 ? undefined : now;
  }

  edit({ start, removed, added }: LineEdit): void {
    // Typing within a line moves nothing.
    if (added === removed) return;
    this.version++;
    const shift = added - removed;
    for (let i = 0; i < this.lines.length; i++) {
      const line = this.lines[i]!;
      if (line >= start + removed) this.lines[i] = line + shift;
      // Of lines that were rewritten, the first ones are taken for their successors: typing stays within a line.
      else if (line >= start && line - start >= added) this.lines[i] = -1;
    }
  }
}

/** The smallest line edit that turns one run of lines, which begins at `start`, into another. */
export function lineEdit(start: number, before: readonly string[], after: readonly string[]): LineEdit {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same++;
  let tail = 0;
  while (tail < shorter - same && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start: start + same, removed: before.length - same - tail, added: after.length - same - tail };
}
