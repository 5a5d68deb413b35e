// `espalier runs`: lists, shows, compares, resumes and deletes runs, and writes their widths into the source.
import path from 'node:path';
import { type Command, UsageError } from '../command';
import { actions } from '../runs/table';

export const runsCommand: Command = {
  name: 'runs',
  usage: `runs [${actions.map(({ name }) => name).join('|')}]`,
  summary: 'the runs in .espalier/runs: list, compare, go on',
  options: {
    folder: { type: 'string', default: path.join('.espalier', 'runs') },
    json: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    to: { type: 'string', default: 'mlruns' },
    write: { type: 'boolean', default: false },
  },
  help: [
    ...actions.map(({ usage, summary }) => `espalier runs ${usage.padEnd(28)} ${summary}`),
    '',
    'A run is a folder, an id, a part of an id, or last.',
    '--folder FOLDER  where runs are looked for (default: .espalier/runs)',
    '--json           one JSON value instead of a table',
  ],

  async run({ positionals: [name = 'list', ...positionals], ...context }) {
    const action = actions.find((candidate) => candidate.name === name);
    if (!action)
      throw new UsageError(
        `runs cannot ${name}; ${actions.map((known) => known.name).join(', ')} are what it can`,
      );
    await action.run({
      ...context,
      positionals,
      runsFolder: path.resolve(String(context.options['folder'])),
    });
  },
};
