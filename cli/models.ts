// Reads the models of a file from the command line, through the same frontends as the editor.
import { homedir } from 'node:os';
import path from 'node:path';
import { analyze } from '../core/analysis/analyze';
import { cacheFolder } from '../core/cache-folder';
import type { ModelReport } from '../core/analysis/report';
import { chooseFrontend } from '../language-server/frontends/choose';
import { findPackages } from '../language-server/frontends/python/environment';
import type { Frontend, TraceRequest } from '../language-server/frontends/frontend';
import { createFrontends } from '../language-server/frontends/table';
import { loadTfjsModels } from '../training/tfjs-model/load';
import { UsageError } from './command';
import { StatusLine } from './status-line';

interface FileOf {
  readonly file: string;
  readonly distDir: string;
  readonly signal: AbortSignal;
  /** The environment whose packages the file may import. */
  readonly python?: string | undefined;
}

/** Gives a file's frontend and what it reads to `use`, and ends it afterwards. Throws a UsageError where there is none. */
export async function withFrontend<T>(
  { file, distDir, signal, python }: FileOf,
  use: (frontend: Frontend, request: TraceRequest) => Promise<T>,
): Promise<T> {
  const absolute = path.resolve(file);
  // A person who names a file on the command line trusts it; the editor asks the workspace instead.
  const frontends = createFrontends({
    distDir,
    cacheDir: cacheFolder({ env: process.env, platform: process.platform, home: homedir() }),
    loadTfjs: (target, content) => loadTfjsModels(target, content, { distDir, signal }),
  });
  try {
    const chosen = await chooseFrontend(frontends, absolute).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`cannot read ${file}: ${error.code ?? error.message}`);
    });
    if (!chosen)
      throw new UsageError(`${file} is not a model file: no framework that Espalier reads is imported`);
    const folders = [path.dirname(absolute), process.cwd()];
    const packages = findPackages({ setting: python, folders, env: process.env });
    return await use(chosen.frontend, { file: absolute, text: chosen.text, packages });
  } finally {
    await Promise.all(frontends.map((frontend) => frontend.dispose()));
  }
}

/** All models of a file. Throws a UsageError with the file's own first problem when there is none. */
export async function readModels(
  file: string,
  distDir: string,
  signal: AbortSignal,
  python?: string,
): Promise<ModelReport[]> {
  const status = new StatusLine();
  return withFrontend({ file, distDir, signal, python }, async (frontend, source) => {
    const request = { ...source, values: true, progress: progressOf(status) };
    const { models, diagnostics } = await frontend.trace(request, signal);
    if (models.length === 0) {
      const [first] = diagnostics;
      throw new UsageError(
        first
          ? `${file}:${first.range.startLine + 1}: ${first.message}`
          : `${file} defines no model that can be built`,
      );
    }
    return models.map(({ graph, ...seen }) => analyze(graph, seen));
  }).finally(() => status.clear());
}

/** Files of a few hundred megabytes are read before anybody wonders. */
const worthTelling = 200_000_000;

const progressOf = (status: StatusLine) => (done: number, of: number) => {
  if (of > worthTelling)
    status.show(`reading weights: ${Math.floor((done / of) * 100)} % of ${(of / 1e9).toFixed(1)} GB`);
};

/** The model a person means: by name, or the only one there is. */
export function pickModel(
  models: readonly ModelReport[],
  name: string | undefined,
  file: string,
): ModelReport {
  const named = name
    ? models.find(({ graph }) => graph.name === name)
    : models.length === 1
      ? models[0]
      : undefined;
  if (named) return named;
  const list = models.map(({ graph }) => graph.name).join(', ');
  throw new UsageError(
    name ? `${file} has no model ${name}; it has ${list}` : `${file} has ${list}: say which with --model`,
  );
}
