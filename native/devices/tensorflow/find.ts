// Finds TensorFlow where the user has it already: in a Python environment, whose libraries serve us as they do Python.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface TensorFlow {
  /** The package's folder: `…/site-packages/tensorflow`. */
  readonly folder: string;
  readonly version: string;
  /** Folders of the CUDA libraries that came with it, by pip. */
  readonly cuda: readonly string[];
}

const library = process.platform === 'darwin' ? 'libtensorflow_cc.2.dylib' : 'libtensorflow_cc.so.2';

/** @param place the package itself, a site-packages folder, or an environment. */
export function tensorFlowAt(place: string): TensorFlow | undefined {
  for (const folder of [
    place,
    path.join(place, 'tensorflow'),
    ...sitePackages(place).map((s) => path.join(s, 'tensorflow')),
  ])
    if (existsSync(path.join(folder, library)) && existsSync(path.join(folder, 'include')))
      return describe(folder);
  return undefined;
}

/** `lib/python3.11/site-packages` of an environment. */
function sitePackages(place: string): string[] {
  const libs = [path.join(place, 'lib'), path.join(place, 'lib64')].filter((lib) => existsSync(lib));
  return libs.flatMap((lib) =>
    readdirSync(lib)
      .filter((name) => name.startsWith('python3'))
      .map((name) => path.join(lib, name, 'site-packages')),
  );
}

function describe(folder: string): TensorFlow {
  const site = path.dirname(folder);
  const names = readdirSync(site);
  const info = names.find((name) => /^tensorflow(_cpu|_intel|_macos)?-[\d.]+.*\.dist-info$/.test(name));
  const nvidia = path.join(site, 'nvidia');
  const cuda = existsSync(nvidia)
    ? readdirSync(nvidia)
        .map((name) => path.join(nvidia, name, 'lib'))
        .filter((lib) => existsSync(lib))
    : [];
  return { folder, version: info ? versionIn(path.join(site, info)) : 'unknown', cuda };
}

const versionIn = (info: string): string =>
  /^Version: (.*)$/m.exec(readFileSync(path.join(info, 'METADATA'), 'utf8'))?.[1]?.trim() ?? 'unknown';

export interface Search {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders whose `.venv` or `venv` counts. */
  readonly folders: readonly string[];
  /** Where {@link fetchTensorFlow} puts its own. */
  readonly own: string;
}

/** What the user named, then the active environment, those of the project, our own, and what `python3` imports. */
export function findTensorFlow({ env, folders, own }: Search): TensorFlow | undefined {
  const named = env['ESPALIER_TENSORFLOW'];
  // Whoever names one wants that one or to be told.
  if (named) return tensorFlowAt(path.resolve(named));
  const places = [
    env['VIRTUAL_ENV'],
    env['CONDA_PREFIX'],
    ...folders.flatMap((folder) => [path.join(folder, '.venv'), path.join(folder, 'venv')]),
    own,
  ];
  for (const place of places) {
    const found = place === undefined ? undefined : tensorFlowAt(place);
    if (found) return found;
  }
  return ofPython();
}

function ofPython(): TensorFlow | undefined {
  const code =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  try {
    const place = execFileSync('python3', ['-c', code], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return place.trim() ? tensorFlowAt(place.trim()) : undefined;
  } catch {
    return undefined;
  }
}
