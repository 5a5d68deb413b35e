// Where the workspace calls a class whose constructor wants arguments: how its author builds it, in code or in a README.
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Use {
  readonly file: string;
  /** A whole file, or a block of one that explains. */
  readonly python: string;
}

export interface UsesOptions {
  /** Absolute path of the workspace folder; links in it are not followed. */
  readonly folder: string;
  /** The traced file, which is not looked at. */
  readonly file: string;
}

/** A trace waits for this: what a project of a few hundred files takes, and the nearest part of a larger one. */
const budget = { files: 400, fileBytes: 200_000, bytes: 8_000_000, uses: 8 };

/** Folders that hold no code of the author's. */
const passedOver =
  /^(?:\..*|__pycache__|node_modules|site-packages|dist-packages|venv|env|build|dist|data|datasets|checkpoints)$/;

/**
 * What imports from the traced file first, then the files nearest to it: beside it, around it, further out. A file that
 * has a class of such a name itself is passed over: it is that class which it calls.
 */
export function usesOf(names: readonly string[], { folder, file }: UsesOptions): Use[] {
  const plain = names.filter((name) => /^[^\W\d]\w*$/u.test(name));
  if (plain.length === 0) return [];
  const any = `(?:${plain.join('|')})`;
  const call = new RegExp(`(?<!\\w)${any}(?:\\s*\\(|\\s+as\\s)`, 'u');
  const own = new RegExp(`^class\\s+${any}\\b`, 'mu');
  const found: Use[] = [];
  let left: number = budget.bytes;
  for (const place of nearest(folder, file)) {
    if (left <= 0) break;
    const text = read(place);
    left -= text.length;
    const parts = place.endsWith('.md') ? blocksOf(text) : [text];
    for (const python of parts)
      if (call.test(python) && !own.test(python)) found.push({ file: place, python });
  }
  const stem = path.parse(file).name.replace(/\W/g, '');
  const imports = new RegExp(`^\\s*(?:from|import)\\s.*\\b${stem}\\b`, 'mu');
  const [first, others] = [true, false].map((is) =>
    found.filter(({ python }) => imports.test(python) === is),
  );
  return [...first!, ...others!].slice(0, budget.uses);
}

/** Python between fences. */
function blocksOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```(?:python|py)[^\n]*\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
}

function nearest(folder: string, file: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (dir: string) => {
    if (seen.has(dir) || found.length >= budget.files) return;
    seen.add(dir);
    const entries = entriesOf(dir).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries)
      if (entry.isFile() && /\.(?:py|md)$/.test(entry.name) && path.join(dir, entry.name) !== file)
        found.push(path.join(dir, entry.name));
    for (const entry of entries)
      if (entry.isDirectory() && !passedOver.test(entry.name)) visit(path.join(dir, entry.name));
  };
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    visit(dir);
    if (dir === folder || dir === path.dirname(dir)) break;
  }
  return found.slice(0, budget.files);
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return statSync(file).size <= budget.fileBytes ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
