// Runs a user's TypeScript or JavaScript modules as CommonJS, with our tf in place of theirs.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { transform } from 'sucrase';

const extensions = [
  '',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '/index.ts',
  '/index.js',
];
/** Past this a "model file" is something else, a bundle perhaps. */
const largestSource = 2 * 1024 * 1024;

export class ModuleLoader {
  private readonly modules = new Map<string, { exports: unknown }>();

  constructor(private readonly tf: unknown) {}

  /** Loads a file and answers with its exports. Import cycles see what is exported so far, as in CommonJS. */
  load(file: string, text?: string): unknown {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.modules.set(file, module);
    const run = vm.compileFunction(
      compile(file, text),
      ['module', 'exports', 'require', '__filename', '__dirname'],
      {
        filename: file,
      },
    ) as (...args: unknown[]) => void;
    run(module, module.exports, (id: string) => this.require(id, file), file, path.dirname(file));
    return module.exports;
  }

  private require(id: string, from: string): unknown {
    if (/^@tensorflow\/tfjs(-|$)/.test(id)) return this.tf;
    if (id.startsWith('.') || path.isAbsolute(id)) {
      const file = resolve(path.resolve(path.dirname(from), id));
      if (!file) throw new Error(`cannot find module '${id}' imported by ${path.basename(from)}`);
      return file.endsWith('.json') ? JSON.parse(readFileSync(file, 'utf8')) : this.load(file);
    }
    return createRequire(from)(id) as unknown;
  }
}

/** The bundler's spelling too: `./block.js` may mean block.ts. */
function resolve(base: string): string | undefined {
  const bases = [base, base.replace(/\.([cm]?)js$/, '.$1ts')];
  const candidates = bases.flatMap((stem) => extensions.map((extension) => stem + extension));
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

function compile(file: string, text = readFileSync(file, 'utf8')): string {
  if (text.length > largestSource) {
    throw new Error(
      `${path.basename(file)} has ${text.length} characters; a model file has at most ${largestSource}`,
    );
  }
  // Sucrase keeps every line where it was, so stack traces point into the user's source.
  const jsx = file.endsWith('x') ? (['jsx'] as const) : [];
  return transform(text, { transforms: ['typescript', 'imports', ...jsx], filePath: file }).code;
}
