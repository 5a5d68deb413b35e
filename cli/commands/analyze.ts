// `espalier analyze`: what a model file holds, layer by layer, and which patterns fit.
import { formatCount, formatFlops, modelLine } from '../../core/analysis/format';
import type { ModelReport, PatternFit } from '../../core/analysis/report';
import { formatShape } from '../../core/graph/shape';
import { type Command, UsageError } from '../command';
import { pickModel, readModels } from '../models';
import { formatTable } from '../table';

export const analyzeCommand: Command = {
  name: 'analyze',
  usage: 'analyze <model file> [--model name] [--json]',
  summary: 'layers, costs, and which sparsity patterns fit',
  options: { model: { type: 'string' }, json: { type: 'boolean' } },
  help: ['--model NAME  one model of the file (default: all)', '--json        the whole report as JSON'],

  async run({ positionals: [file], options, distDir, signal, print }) {
    if (!file) throw new UsageError('analyze needs a model file');
    const all = await readModels(file, distDir, signal);
    const models = options['model'] ? [pickModel(all, String(options['model']), file)] : all;
    if (options['json']) return print(JSON.stringify(models, null, 2));
    models.forEach((model, i) => {
      if (i > 0) print();
      for (const line of describe(model)) print(line);
    });
  },
};

/** The report as lines of text: a headline, a table, the reasons for what does not fit. */
export function describe(model: ModelReport): string[] {
  const rows = model.layers.map((layer) => [
    layer.path || layer.op,
    layer.op,
    formatShape(layer.output),
    formatCount(layer.params),
    formatFlops(layer.flops),
    ...['2:4', 'channel'].map((pattern) => mark(layer.patterns.find((entry) => entry.pattern === pattern))),
  ]);
  const header = ['layer', 'op', 'output', 'params', 'FLOPs', '2:4', 'channel'];
  return [
    `${model.graph.name} (${model.graph.framework}): ${modelLine(model)}`,
    '',
    ...formatTable(header, rows, 'lllrrll'),
    ...reasons(model),
    ...model.notes.map((note) => `note: ${note}`),
  ];
}

const mark = (entry: PatternFit | undefined): string => (entry ? (entry.fit.ok ? 'yes' : 'no') : '');

function reasons({ layers }: ModelReport): string[] {
  const lines = layers.flatMap(({ path, patterns }) =>
    patterns.flatMap(({ label, fit }) => (fit.ok ? [] : [`  ${path}: ${label}: ${fit.reason}`])),
  );
  return lines.length > 0 ? ['', 'Why not:', ...lines] : [];
}
