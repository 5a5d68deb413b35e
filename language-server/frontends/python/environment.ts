// Finds the packages of the user's Python environment by the layout of its folders. No Python is run.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from './source-tree';

export interface EnvironmentQuestion {
  /** What the settings or the command line say: an interpreter, an environment's folder, or `auto`. */
  readonly setting?: string | undefined;
  /** What the editor's Python extension has chosen. */
  readonly chosen?: string | undefined;
  /** Folders in which a `.venv` may lie, the nearest first. */
  readonly folders: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const automatic = 'auto';

/** What people call an environment that lies in their project. */
const local = ['.venv', 'venv', 'env', '.conda'];
const interpreters = ['python3', 'python', 'python3.exe', 'python.exe'];

/** Absolute folders of installed packages, in the order of `sys.path`; none where no environment is found. */
export function findPackages(question: EnvironmentQuestion): readonly string[] {
  const { setting = automatic, chosen, folders, env } = question;
  // A choice that leads nowhere is no reason to take another one in its place.
  const said = [setting, chosen].find((place) => place !== undefined && place !== '' && place !== automatic);
  if (said !== undefined) return packagesOf(environmentAt(absolute(said, folders[0], env)));
  for (const folder of folders) {
    for (const root of local.map((name) => path.join(folder, name))) {
      const found = isEnvironment(root) ? packagesOf({ root }, folder) : [];
      if (found.length > 0) return found;
    }
  }
  for (const root of [env['VIRTUAL_ENV'], env['CONDA_PREFIX']]) {
    const found = root ? packagesOf({ root }) : [];
    if (found.length > 0) return found;
  }
  const onPath = interpreterOn(env['PATH'] ?? '');
  return onPath ? packagesOf(environmentAt(onPath)) : [];
}

interface Environment {
  readonly root: string;
  /** `3.11`, where the interpreter's own name says it: one folder may serve several. */
  readonly version?: string;
}

/** An environment's folder, or the one that an interpreter stands in: links of virtual environments are not followed. */
function environmentAt(place: string): Environment {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) return { root: place };
  const root = rootOf(place);
  if (isEnvironment(root)) return { root };
  const real = realOf(place) ?? place;
  const version = /python(\d+\.\d+)/.exec(path.basename(real))?.[1];
  return { root: rootOf(real), ...(version ? { version } : {}) };
}

const rootOf = (interpreter: string): string => {
  const folder = path.dirname(interpreter);
  return /^(bin|scripts)$/i.test(path.basename(folder)) ? path.dirname(folder) : folder;
};

const isEnvironment = (root: string): boolean =>
  existsSync(path.join(root, 'pyvenv.cfg')) || existsSync(path.join(root, 'conda-meta'));

/**
 * @param within a workspace that the environment lies in: nobody has vouched for it, and what its links and files
 *   point to outside of it stays unread.
 */
function packagesOf({ root, version }: Environment, within?: string): readonly string[] {
  const own = folderNames(root, version).filter(isFolder);
  const all = [...own, ...own.flatMap(linked), ...inherited(root)];
  const border = within === undefined ? undefined : realOf(within);
  const inside = (folder: string) => border === undefined || isInside(border, realOf(folder) ?? '/');
  return [...new Set(all.filter(inside))];
}

/** Where packages lie under an environment's root: virtual environments, conda, Windows, Debian. */
function folderNames(root: string, version: string | undefined): string[] {
  const pythons = list(path.join(root, 'lib'))
    .filter((name) => (version ? name === `python${version}` : /^python\d+\.\d+$/.test(name)))
    .sort((a, b) => minor(b) - minor(a));
  const versions = pythons.slice(0, 1);
  const debian = root === '/usr' ? [...versions.map((name) => `/usr/local/lib/${name}/dist-packages`)] : [];
  return [
    ...debian,
    ...versions.map((name) => path.join(root, 'lib', name, 'site-packages')),
    ...versions.map((name) => path.join(root, 'lib64', name, 'site-packages')),
    path.join(root, 'lib/python3/dist-packages'),
    path.join(root, 'Lib', 'site-packages'),
  ];
}

const minor = (name: string): number => Number(name.split('.')[1]);

/** Projects installed in place: `.pth` files name their folders. Lines of code in them are not run. */
function linked(folder: string): string[] {
  const files = list(folder).filter((name) => name.endsWith('.pth'));
  return files
    .flatMap((name) => readText(path.join(folder, name)).split('\n'))
    .map((line) => line.trim())
    .filter((line) => path.isAbsolute(line) && isFolder(line));
}

/** A virtual environment may let its maker's packages through. */
function inherited(root: string): readonly string[] {
  const config = readText(path.join(root, 'pyvenv.cfg'));
  const value = (key: string) => new RegExp(`^${key}\\s*=\\s*(.+)$`, 'm').exec(config)?.[1]?.trim();
  const home = value('include-system-site-packages') === 'true' ? value('home') : undefined;
  if (home === undefined) return [];
  const version = /^\d+\.\d+/.exec(value('version') ?? value('version_info') ?? '')?.[0];
  return packagesOf({ root: rootOf(path.join(home, 'python')), ...(version ? { version } : {}) });
}

function interpreterOn(searchPath: string): string | undefined {
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders
    .flatMap((folder) => interpreters.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

function absolute(place: string, folder = '/', env: EnvironmentQuestion['env']): string {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  return path.resolve(folder, place.replace(/^~(?=$|[\\/])/, home));
}

const isFolder = (place: string): boolean =>
  statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return statSync(file).size < 65_536 ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

function realOf(place: string): string | undefined {
  try {
    return realpathSync(place);
  } catch {
    return undefined;
  }
}
