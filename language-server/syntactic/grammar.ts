// Loads tree-sitter and its grammars, each once and only when a file needs it.
import { Language, Parser } from '@vscode/tree-sitter-wasm';
import path from 'node:path';

export type GrammarId = 'python' | 'typescript' | 'tsx' | 'javascript';

export interface Grammar {
  readonly id: GrammarId;
  readonly language: Language;
  readonly parser: Parser;
}

/** The grammar for a file name. JSX in TypeScript has a grammar of its own: there `<T>x` is no cast. */
export function grammarFor(file: string): GrammarId | undefined {
  // A notebook's cells come as one Python text.
  if (/\.(?:pyi?|ipynb)$/.test(file)) return 'python';
  if (/\.[cm]?ts$/.test(file)) return 'typescript';
  if (file.endsWith('.tsx')) return 'tsx';
  return /\.(?:[cm]?js|jsx)$/.test(file) ? 'javascript' : undefined;
}

/** Grammars from `vendor/tree-sitter` under the dist folder. */
export class Grammars {
  private ready: Promise<void> | undefined;
  private readonly loaded = new Map<GrammarId, Promise<Grammar>>();

  constructor(private readonly distDir: string) {}

  get(id: GrammarId): Promise<Grammar> {
    const known = this.loaded.get(id);
    if (known) return known;
    const loading = this.load(id);
    this.loaded.set(id, loading);
    // An update may be replacing the files right now: the next document tries again.
    loading.catch(() => this.loaded.delete(id));
    return loading;
  }

  private async load(id: GrammarId): Promise<Grammar> {
    const folder = path.join(this.distDir, 'vendor', 'tree-sitter');
    this.ready ??= Parser.init({ locateFile: (name) => path.join(folder, name) });
    await this.ready.catch((error: unknown) => {
      this.ready = undefined;
      throw error;
    });
    const language = await Language.load(path.join(folder, `tree-sitter-${id}.wasm`));
    return { id, language, parser: new Parser().setLanguage(language) };
  }
}
