// `npm run bench:faults [part of a name]`: what runs survive. Prints a table; ends with 1 when anything was lost.
import path from 'node:path';
import { formatTable } from '../../cli/table';
import { Bench, same, Skipped } from './faults/fault';
import { faults } from './faults/table';

async function main(only = ''): Promise<number> {
  const rows: string[][] = [];
  const said: string[] = [];
  let wrong = 0;
  for (const [fault, tries] of faults) {
    if (!fault.name.includes(only)) continue;
    process.stderr.write(`${fault.name} …\n`);
    const bench = new Bench(path.resolve(__dirname, '..'));
    try {
      const { lost, unreadable, messages, end, tries: done } = await fault.run(bench, tries);
      rows.push([fault.name, String(done), String(lost.length), String(unreadable.length), end]);
      wrong += lost.length + unreadable.length + (end === same ? 0 : 1);
      said.push(...[...lost, ...unreadable].map((line) => `✗ ${fault.name}: ${line}`));
      const [message] = messages;
      if (message) said.push(`${fault.name}: “${message}”`);
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      rows.push([fault.name, '0', '–', '–', `skipped: ${error.message}`]);
    } finally {
      bench.close();
    }
  }
  for (const line of formatTable(
    ['fault', 'times', 'lost', 'unreadable', 'the run in the end'],
    rows,
    'lrrrl',
  ))
    console.log(line);
  console.log('');
  for (const line of said) console.log(line);
  return wrong === 0 ? 0 : 1;
}

main(process.argv[2]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
