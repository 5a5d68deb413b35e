// One line of progress that rewrites itself on a terminal, and speaks now and then where output goes to a file.
const everyMs = 10_000;

export class StatusLine {
  private shown = 0;
  private last = -Infinity;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(text: string): void {
    const now = performance.now();
    if (this.stream.isTTY) {
      this.stream.write(`\r${text.padEnd(this.shown)}`);
      this.shown = text.length;
    } else if (now - this.last >= everyMs) {
      this.last = now;
      this.stream.write(`${text}\n`);
    }
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.stream.isTTY && this.shown > 0) this.stream.write(`\r${' '.repeat(this.shown)}\r`);
    this.shown = 0;
    this.last = -Infinity;
  }
}
