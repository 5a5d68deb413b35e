// Folders of Python files as a file system shows them: names, sizes and texts, and nothing that is not Python source.
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Larger ones are generated, and would only stall the trace. */
const maxFileBytes = 2_000_000;

export class SourceTree {
  private readonly real: readonly string[];
  private readonly openFiles: ReadonlyMap<string, string>;

  /**
   * @param roots absolute folders; links that lead out of all of them are not followed
   * @param openFiles unsaved texts, by absolute path
   */
  constructor(
    readonly roots: readonly string[],
    openFiles: ReadonlyMap<string, string>,
  ) {
    this.real = roots.flatMap((root) => target(root) ?? []);
    const inside = (file: string) => roots.some((root) => isInside(root, file));
    this.openFiles = new Map([...openFiles].filter(([file]) => inside(file)));
  }

  kind(place: string): 'file' | 'folder' | undefined {
    if (this.openFiles.has(place)) return 'file';
    if (!this.mayRead(place)) return undefined;
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return 'folder';
    return stat?.isFile() && place.endsWith('.py') && stat.size <= maxFileBytes ? 'file' : undefined;
  }

  /** Names in a folder: Python files and folders, whose links are looked at when somebody asks for them. */
  list(folder: string): readonly string[] {
    if (!this.mayRead(folder)) return [];
    const shown = (entry: Dirent) => entry.name.endsWith('.py') || (!entry.isFile() && entry.name[0] !== '.');
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter(shown)
        .map(({ name }) => name);
    } catch {
      return [];
    }
  }

  /** Empty where there is nothing to be read. */
  read(file: string): Buffer {
    const open = this.openFiles.get(file);
    if (open !== undefined) return Buffer.from(open);
    try {
      return this.kind(file) === 'file' ? readFileSync(file) : Buffer.alloc(0);
    } catch {
      return Buffer.alloc(0);
    }
  }

  /** In bytes; nought where there is nothing to be read. */
  size(file: string): number {
    const open = this.openFiles.get(file);
    if (open !== undefined) return Buffer.byteLength(open);
    return this.kind(file) === 'file' ? (statSync(file, { throwIfNoEntry: false })?.size ?? 0) : 0;
  }

  private mayRead(place: string): boolean {
    const found = target(place);
    return found !== undefined && this.real.some((root) => isInside(root, found));
  }
}

function target(place: string): string | undefined {
  try {
    return realpathSync.native(place);
  } catch {
    return undefined;
  }
}

export function isInside(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
