// Which dotted name each name of a Python file stands for, from its import statements.

export interface PythonImports {
  /** `nn` → `torch.nn`. */
  readonly names: ReadonlyMap<string, string>;
  /** Modules imported with `*`. */
  readonly stars: readonly string[];
}

/** Reads the texts of `import …` and `from … import …` statements. */
export function pythonImports(statements: readonly string[]): PythonImports {
  const names = new Map<string, string>();
  const stars: string[] = [];
  for (const statement of statements) {
    const from = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/.exec(statement);
    const list = (from?.[2] ?? statement.replace(/^import\s+/, ''))
      .replace(/#[^\n]*/g, '')
      .replace(/[()\\]/g, ' ');
    for (const part of list.split(',')) {
      const [, name, alias] = /^\s*([\w.]+|\*)(?:\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
      if (name === undefined) continue;
      if (name === '*') stars.push(from?.[1] ?? '');
      else if (from) names.set(alias ?? name, `${from[1]}.${name}`);
      // `import torch.nn` binds `torch`; only `as` binds the whole path.
      else names.set(alias ?? name.split('.')[0]!, alias ? name : name.split('.')[0]!);
    }
  }
  return { names, stars };
}

/** All dotted names that a callee such as `nn.Conv2d` may stand for. */
export function resolveName(callee: string, { names, stars }: PythonImports): string[] {
  const [head = '', ...rest] = callee.split('.');
  const known = names.get(head);
  if (known !== undefined) return [[known, ...rest].join('.')];
  return stars.map((module) => `${module}.${callee}`);
}
