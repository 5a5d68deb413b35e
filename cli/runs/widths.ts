// `espalier runs widths`: what a run that removed channels makes of the model's source, as a diff or written into it.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LiteralEdit } from '../../core/widths/plan';
import { replaceLiterals } from '../../language-server/frontends/replace-literals';
import { writeWidths } from '../../language-server/frontends/write-widths';
import { runWidths } from '../../training/export/run-widths';
import { RunFolder } from '../../training/runs/run-folder';
import { UsageError } from '../command';
import { withFrontend } from '../models';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const widthsAction: RunsAction = {
  name: 'widths',
  usage: 'widths <run> [--write]',
  summary: 'write its channel counts into the source; a diff without --write',

  async run(context) {
    const { positionals, options, print, runsFolder, distDir, signal } = context;
    if (!positionals[0]) throw new UsageError('runs widths needs a run: its id, a part of it, or last');
    const run = await RunFolder.open(await findRun(positionals[0], runsFolder));
    const { file, ...wanted } = await runWidths(run).catch(usage);
    const found = await withFrontend({ file, distDir, signal }, (frontend, source) =>
      writeWidths(frontend, { source, ...wanted }, signal).catch(usage),
    );
    if (options['json']) return printJson(context, found);
    for (const { text, source } of found.hindrances)
      print(source ? `${path.relative('', source.file)}:${source.startLine + 1}: ${text}` : text);
    if (found.edits.length === 0)
      throw new UsageError(
        'not all widths can be written, so none is; the load script beside `espalier export` needs none of it',
      );
    for (const note of found.notes) print(`note: ${note}`);
    for (const [name, edits] of byFile(found.edits)) {
      const text = await readFile(name, 'utf8');
      const changed = replaceLiterals(text, edits);
      if (options['write']) await writeFile(name, changed);
      else for (const line of diff(path.relative('', name), text, changed)) print(line);
    }
    if (options['write']) {
      const count = found.edits.length;
      print(
        `${count} ${count === 1 ? 'number' : 'numbers'} changed; ${wanted.model} has the exported widths now`,
      );
    }
  },
};

/** What is wrong is wrong with the run or the file, not with us. */
function usage(error: Error): never {
  throw new UsageError(error.message);
}

function byFile(edits: readonly LiteralEdit[]): Map<string, LiteralEdit[]> {
  const files = new Map<string, LiteralEdit[]>();
  for (const edit of edits) files.set(edit.source.file, [...(files.get(edit.source.file) ?? []), edit]);
  return files;
}

/** A unified diff without context, which `git apply --unidiff-zero` takes; lines stay as many as they were. */
function diff(name: string, before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const hunks = old.flatMap((line, i) =>
    line === now[i] ? [] : [`@@ -${i + 1} +${i + 1} @@`, `-${line}`, `+${now[i]}`],
  );
  return [`--- a/${name}`, `+++ b/${name}`, ...hunks];
}
