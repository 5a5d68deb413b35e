// The command line: the same product without an editor.
import { parseArgs } from 'node:util';
import { type Command, UsageError } from './command';
import { commands } from './commands/table';

const usage = (): string =>
  [
    'espalier: sparsity-aware model development',
    '',
    ...commands.map(({ usage, summary }) => `  espalier ${usage.padEnd(44)} ${summary}`),
  ]
    .concat(['', '`espalier <command> --help` lists the options of a command.'])
    .join('\n');

const helpOf = (command: Command): string =>
  [`espalier ${command.usage}`, '', command.summary, '', ...command.help.map((line) => `  ${line}`)].join(
    '\n',
  );

async function main(argv: readonly string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (!name || name === '--help' || name === 'help') return console.log(usage());
  const command = commands.find((candidate) => candidate.name === name);
  if (!command)
    throw new UsageError(`there is no command '${name}'; ${commands.map((c) => c.name).join(', ')} exist`);
  const { values, positionals } = parse(command, rest);
  if (values['help']) return console.log(helpOf(command));

  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  await command.run({
    positionals,
    options: values,
    distDir: __dirname,
    signal: controller.signal,
    print: (line = '') => console.log(line),
  });
}

function parse(command: Command, args: readonly string[]) {
  try {
    const options = { ...command.options, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (espalier ${command.usage})`);
  }
}

/** What was printed to a pipe may still be on its way: a long report would be cut off. */
const leave = (code: number): void =>
  void process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));

main(process.argv.slice(2)).then(
  // Devices and workers may hold handles; everything that matters is written by now.
  () => leave(Number(process.exitCode ?? 0)),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`espalier: ${message}`);
    if (process.env['ESPALIER_DEBUG'] && error instanceof Error) console.error(error.stack);
    leave(error instanceof UsageError ? 2 : 1);
  },
);
