// Reads the models of a file from the command line, through the same frontends as the editor.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { analyze } from '../core/analysis/analyze';
import type { ModelReport } from '../core/analysis/report';
import { createFrontends } from '../language-server/frontends/table';
import { loadTfjsModels } from '../training/tfjs-model/load';
import { UsageError } from './command';

/** All models of a file. Throws a UsageError with the file's own first problem when there is none. */
export async function readModels(file: string, distDir: string, signal: AbortSignal): Promise<ModelReport[]> {
  const absolute = path.resolve(file);
  const text = await readFile(absolute, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file}: ${error.code ?? error.message}`);
  });
  // A person who names a file on the command line trusts it; the editor asks the workspace instead.
  const frontends = createFrontends({
    distDir,
    loadTfjs: (target, content) => loadTfjsModels(target, content, { distDir, signal }),
  });
  try {
    const frontend = frontends.find((candidate) => candidate.handles(absolute, text));
    if (!frontend)
      throw new UsageError(`${file} is not a model file: no framework that Espalier reads is imported`);
    const { models, diagnostics } = await frontend.trace({ file: absolute, text }, signal);
    if (models.length === 0) {
      const [first] = diagnostics;
      throw new UsageError(
        first
          ? `${file}:${first.range.startLine + 1}: ${first.message}`
          : `${file} defines no model that can be built`,
      );
    }
    return models.map(({ graph, source, notes }) => analyze(graph, { ...(source ? { source } : {}), notes }));
  } finally {
    await Promise.all(frontends.map((frontend) => frontend.dispose()));
  }
}

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
