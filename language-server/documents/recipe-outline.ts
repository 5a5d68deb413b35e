// A recipe's keys by indentation alone: what completion goes by, as text is rarely valid YAML while it is typed.

export interface OutlineEntry {
  readonly line: number;
  readonly path: readonly string[];
  /** What stands after the colon, without quotes and comment. */
  readonly value: string;
}

/** Where the cursor stands. `typed` is what is there already, from `column` to the cursor. */
export type CursorPlace =
  | {
      readonly kind: 'key';
      readonly parent: readonly string[];
      readonly typed: string;
      readonly column: number;
    }
  | {
      readonly kind: 'value';
      readonly path: readonly string[];
      readonly typed: string;
      readonly column: number;
    };

interface Open {
  readonly indent: number;
  readonly key: string;
}

/** All `key: value` lines of block style, top to bottom. */
export function outline(text: string): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  let open: Open[] = [];
  for (const [line, content] of text.split(/\r\n|\n|\r/).entries()) {
    const [, space, key, rest] = /^(\s*)([\w-]+)\s*:(?:\s+(.*))?$/.exec(content) ?? [];
    if (space === undefined || key === undefined) continue;
    open = open.filter(({ indent }) => indent < space.length);
    entries.push({ line, path: [...open.map((parent) => parent.key), key], value: bare(rest ?? '') });
    open.push({ indent: space.length, key });
  }
  return entries;
}

/** What the outline says, as a value: enough for the schema to know the method and the kind of data. */
export function outlineValue(entries: readonly OutlineEntry[]): unknown {
  const top = new Map<string, unknown>();
  for (const { path, value } of entries) {
    const [first, second] = path;
    if (first === undefined) continue;
    if (path.length === 1) top.set(first, value);
    else if (path.length === 2 && second !== undefined) {
      const section = top.get(first);
      top.set(first, { ...(typeof section === 'object' ? section : {}), [second]: value });
    }
  }
  return Object.fromEntries(top);
}

/** Undefined inside comments, lists and text that is no recipe. */
export function placeAt(text: string, line: number, character: number): CursorPlace | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  const before = (lines[line] ?? '').slice(0, character);
  const parentAt = (indent: number): string[] => {
    const path: string[] = [];
    let limit = indent;
    for (let above = line - 1; above >= 0 && limit > 0; above--) {
      const [, space, key] = /^(\s*)([\w-]+)\s*:/.exec(lines[above]!) ?? [];
      if (space === undefined || key === undefined || space.length >= limit) continue;
      path.unshift(key);
      limit = space.length;
    }
    return path;
  };
  const [, keyIndent, keyTyped] = /^(\s*)([\w-]*)$/.exec(before) ?? [];
  if (keyIndent !== undefined && keyTyped !== undefined) {
    return { kind: 'key', parent: parentAt(keyIndent.length), typed: keyTyped, column: keyIndent.length };
  }
  const [, dash, bullet, item] = /^((\s*)-\s+["']?)([^#"'{[:]*)$/.exec(before) ?? [];
  if (dash !== undefined && bullet !== undefined && item !== undefined) {
    // An item may stand as far left as its key.
    const path = parentAt(bullet.length + 1);
    return path.length > 0 ? { kind: 'value', path, typed: item, column: dash.length } : undefined;
  }
  const [, open, space, list, last] =
    /^((\s*)([\w-]+)\s*:\s+\[(?:[^\]#]*,)?\s*["']?)([^\]#,"'{[]*)$/.exec(before) ?? [];
  if (open !== undefined && space !== undefined && list !== undefined && last !== undefined) {
    return { kind: 'value', path: [...parentAt(space.length), list], typed: last, column: open.length };
  }
  const [, head, indent, key, typed] = /^((\s*)([\w-]+)\s*:\s+["']?)([^#"'{[]*)$/.exec(before) ?? [];
  if (head === undefined || indent === undefined || key === undefined || typed === undefined)
    return undefined;
  return { kind: 'value', path: [...parentAt(indent.length), key], typed, column: head.length };
}

const bare = (value: string): string =>
  value
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
