// Asks the real framework about cases through a facts script, and remembers the answers: they change with neither code nor machine.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Case, Environment, Facts, Unknown } from './corpus';

export interface Question {
  readonly environment: Environment;
  /** A file of `facts/`: reads `{cases}` from stdin, prints `{id, …facts}` or `{id, error}`, one JSON line a case. */
  readonly script: string;
  /** Part of the key of what is remembered. */
  readonly version: string;
}

const root = process.cwd();
const cache = path.join(root, '.cache/frontends');

export async function askPython(
  { environment, script, version }: Question,
  cases: readonly Case[],
): Promise<(Facts | Unknown)[]> {
  const file = path.join(root, 'test/bench/frontends/facts', script);
  const own = readFileSync(file, 'utf8');
  // Scripts that prepare the way for another change when that one does.
  const inner = /'([\w-]+\.py)'\)/.exec(own)?.[1];
  const source = inner ? own + readFileSync(path.join(path.dirname(file), inner), 'utf8') : own;
  const keys = cases.map((entry) => key(version, source, JSON.stringify(entry)));
  const known = new Map(
    keys.flatMap((name) => {
      const remembered = path.join(cache, `${name}.json`);
      return existsSync(remembered)
        ? [[name, JSON.parse(readFileSync(remembered, 'utf8')) as Facts | Unknown] as const]
        : [];
    }),
  );
  mkdirSync(cache, { recursive: true });
  const asked = cases.filter((_, i) => !known.has(keys[i]!));
  // A case that ends the interpreter is said so, and the others are asked again without it.
  for (let rest = asked; rest.length > 0;) {
    const answers = await run(environment, file, rest);
    const lost = rest[answers.length];
    rest.slice(0, answers.length + 1).forEach((entry, i) => {
      const answer = answers[i] ?? { error: 'the interpreter ended' };
      const name = keys[cases.indexOf(entry)]!;
      known.set(name, answer);
      writeFileSync(path.join(cache, `${name}.json`), JSON.stringify(answer));
    });
    rest = lost ? rest.slice(answers.length + 1) : [];
  }
  return keys.map((name) => known.get(name)!);
}

/** The interpreter that the benchmarks ask, and folders of packages beside its own. */
export const environment: Environment = {
  python: process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3',
  pythonPath: (process.env['ESPALIER_PYTHONPATH'] ?? '').split(path.delimiter).filter(Boolean),
};

/** The folder that holds an installed package; undefined where it is not installed. Imports nothing. */
export const folderOf = (from: Environment, name: string): Promise<string | undefined> =>
  evaluate(
    from,
    `import importlib.util as u, pathlib; print(pathlib.Path(u.find_spec('${name}').origin).resolve().parent.parent)`,
  );

/** Runs one line of Python, for versions and lists. Undefined where it fails. */
export async function evaluate(
  { python, pythonPath }: Environment,
  code: string,
): Promise<string | undefined> {
  const { output, code: exit } = await spawned(python, ['-c', code], pythonPath, '');
  return exit === 0 ? output.trim() : undefined;
}

async function run(
  { python, pythonPath }: Environment,
  script: string,
  cases: readonly Case[],
): Promise<(Facts | Unknown)[]> {
  const { output } = await spawned(python, [script], pythonPath, JSON.stringify({ cases }));
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"id"'))
    .map((line) => JSON.parse(line) as Facts | Unknown);
}

function spawned(
  python: string,
  args: readonly string[],
  pythonPath: readonly string[],
  input: string,
): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(python, args, {
      env: {
        ...process.env,
        PYTHONPATH: pythonPath.join(path.delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        OMP_NUM_THREADS: '1',
      },
      stdio: ['pipe', 'pipe', process.env['ESPALIER_BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', () => resolve({ output: '', code: null }));
    child.on('close', (code) => resolve({ output: Buffer.concat(parts).toString('utf8'), code }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

const key = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
