// `espalier export`: hands a run's model back, read back and compared.
import path from 'node:path';
import { exportFormats, exportFormatNames } from '../../core/runs/export-formats';
import { type Command, UsageError } from '../command';
import { withHost } from '../host';

export const exportCommand: Command = {
  name: 'export',
  usage: 'export <run folder> [--format f] [--to folder] [--best | --dense]',
  summary: 'hand the sparse model back: safetensors, 2:4 compressed, INT8, INT4 or ONNX',
  options: {
    format: { type: 'string', default: 'safetensors' },
    to: { type: 'string', default: '.' },
    best: { type: 'boolean', default: false },
    dense: { type: 'boolean', default: false },
  },
  help: [
    `--format F   ${exportFormatNames}; safetensors by default`,
    '--to FOLDER  where to (default: here)',
    '--best       the checkpoint of the best test metric instead of the last',
    '--dense      the model that pruning began from: weights for other runs to start from',
  ],

  async run({ positionals: [run], options, distDir, signal, print }) {
    if (!run) throw new UsageError('export needs a run folder, such as .espalier/runs/…');
    const format = exportFormats.find(({ id }) => id === options['format'])?.id;
    if (!format)
      throw new UsageError(`there is no format ${String(options['format'])}; ${exportFormatNames} exist`);
    if (options['best'] === true && options['dense'] === true)
      throw new UsageError('--best and --dense are two models: export one after the other');
    const request = {
      folder: path.resolve(run),
      format,
      destination: path.resolve(String(options['to'])),
      which: options['dense'] === true ? 'dense' : options['best'] === true ? 'best' : 'last',
    } as const;
    const { files, summary, hint } = await withHost(
      distDir,
      signal,
      () => undefined,
      (host) => host.ask('export/run', request),
    );
    print(summary);
    for (const file of files) print(path.relative(process.cwd(), file));
    if (hint !== undefined) print(hint);
  },
};
