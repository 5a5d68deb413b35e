// The modules that `import` finds: in the workspace first, then in the user's Python environment. Read-only.
import path from 'node:path';
import { isInside, SourceTree } from './source-tree';

/** What `import` finds: a file with its text, or a folder without `__init__.py`. */
export interface ModuleFile {
  readonly file: string;
  readonly text: string;
  /** Where its submodules are looked for; only packages have any. */
  readonly dirs?: readonly string[];
}

export interface WorkspaceOptions {
  /** Absolute path of the folder that may be read. */
  readonly folder: string;
  /** Absolute folders of installed packages, which may be read too. */
  readonly packages?: readonly string[];
  /** The file being traced; imports are looked for beside it first. */
  readonly file: string;
  /** Unsaved texts, by absolute path. */
  readonly openFiles: ReadonlyMap<string, string>;
}

/** A model and the library it comes from read a thousand at most; more is a loop over a disk. */
const maxFiles = 5_000;

/** The workspace folder as a package, so that relative imports may climb up to it. No one's own module is called so. */
const rootPackage = '_workspace';

export class Workspace {
  /** Every path of the workspace that was read or looked for, and the entrances of the packages that were. */
  readonly looked = new Set<string>();
  readonly tree: SourceTree;
  private readonly roots: readonly string[];
  private readonly packages: readonly string[];
  private filesRead = 0;

  constructor(private readonly options: WorkspaceOptions) {
    const { folder, file, packages = [], openFiles } = options;
    this.tree = new SourceTree([folder, ...packages], openFiles);
    this.packages = packages;
    const ancestors: string[] = [];
    for (let dir = path.dirname(file); isInside(folder, dir); dir = path.dirname(dir)) {
      ancestors.push(dir);
      if (dir === path.dirname(dir)) break;
    }
    this.roots = [...ancestors, folder, path.join(folder, 'src')];
  }

  /** The dotted name under which the traced file is imported, so that relative imports reach its neighbours. */
  get moduleName(): string {
    const { folder, file } = this.options;
    const parts = path
      .relative(folder, file)
      .replace(/\.(?:py|ipynb)$/, '')
      .split(path.sep);
    if (parts.at(-1) === '__init__') parts.pop();
    return [rootPackage, ...parts].join('.');
  }

  /**
   * Finds one step of a dotted name.
   *
   * @param dirs the parent package's folders, absent for the first step
   * @param installed whether a first step may be looked for among the installed packages
   */
  find(name: string, dirs?: readonly string[], installed = true): ModuleFile | undefined {
    if (!/^[^\W\d]\w*$/u.test(name)) return undefined;
    for (const dir of dirs ?? this.roots) {
      const found = this.package(path.join(dir, name)) ?? this.module(path.join(dir, `${name}.py`));
      if (found) return found;
    }
    if (dirs !== undefined) return undefined;
    const { folder } = this.options;
    if (name === rootPackage || name === path.basename(folder)) {
      return this.package(folder) ?? { file: folder, text: '', dirs: [folder] };
    }
    return installed ? this.installed(name) : undefined;
  }

  private installed(name: string): ModuleFile | undefined {
    for (const dir of this.packages) {
      const found = this.package(path.join(dir, name)) ?? this.module(path.join(dir, `${name}.py`));
      if (!found) continue;
      this.looked.add(found.file);
      return found;
    }
    return undefined;
  }

  /** A module inside of packages of which only the path matters: nothing else of them is read. */
  findInside(packages: readonly string[], name: string): ModuleFile | undefined {
    if (![...packages, name].every((part) => /^[^\W\d]\w*$/u.test(part))) return undefined;
    for (const root of [...this.roots, ...this.packages]) {
      const place = path.join(root, ...packages, name);
      const found = this.package(place) ?? this.module(`${place}.py`);
      if (found) return found;
    }
    return undefined;
  }

  private package(dir: string): ModuleFile | undefined {
    const init = this.module(path.join(dir, '__init__.py'));
    if (init) return { ...init, dirs: [dir] };
    return this.holdsPython(dir) ? { file: dir, text: '', dirs: [dir] } : undefined;
  }

  /** A folder of Python files, or one that leads to the traced file, is a namespace package; no other is meant. */
  private holdsPython(dir: string): boolean {
    if (isInside(dir, this.options.file)) return true;
    return this.tree.kind(dir) === 'folder' && this.tree.list(dir).some((name) => name.endsWith('.py'));
  }

  private module(file: string): ModuleFile | undefined {
    // What is installed changes as a whole, and there is too much of it to be looked at after every pause in typing.
    if (!this.isInstalled(file)) this.looked.add(file);
    if (this.filesRead >= maxFiles || this.tree.kind(file) !== 'file') return undefined;
    this.filesRead += 1;
    return { file, text: this.tree.read(file).toString('utf8') };
  }

  /** Files of the workspace are no installed ones, though a package that is developed in place is listed as both. */
  isInstalled(file: string): boolean {
    const own = (folder: string) =>
      isInside(folder, this.options.folder) && isInside(this.options.folder, file);
    return this.packages.some((folder) => isInside(folder, file) && !own(folder));
  }
}
