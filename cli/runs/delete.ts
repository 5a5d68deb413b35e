// `espalier runs delete`: for good, so it is asked for.
import { createInterface } from 'node:readline/promises';
import path from 'node:path';
import { deleteRun } from '../../training/runs/delete-run';
import { UsageError } from '../command';
import { printJson, type RunsAction } from './action';
import { findRun } from './find-run';

export const deleteAction: RunsAction = {
  name: 'delete',
  usage: 'delete <run> … [--yes]',
  summary: 'delete runs for good; --yes: without asking',

  async run(context) {
    const { positionals, options, print, runsFolder } = context;
    if (positionals.length === 0) throw new UsageError('runs delete needs a run: its id or a part of it');
    const folders: string[] = [];
    for (const text of positionals) folders.push(await findRun(text, runsFolder));
    const names = folders.map((folder) => path.basename(folder)).join(', ');
    if (!options['yes'] && !(await confirmed(names))) return print('nothing was deleted');
    for (const folder of folders) await deleteRun(folder);
    if (options['json']) printJson(context, { deleted: folders });
    else print(`deleted ${names}`);
  },
};

async function confirmed(names: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError(`delete ${names} for good? Nobody is here to answer: add --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Delete ${names} for good? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
