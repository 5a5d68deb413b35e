// `espalier analyze`: what a model file holds, layer by layer, and which patterns fit.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { formatCount, formatFlops, inputLine, modelLine, storedLine } from '../../core/analysis/format';
import type { LayerReport, ModelReport, PatternFit } from '../../core/analysis/report';
import { formatShape } from '../../core/graph/shape';
import { type Command, UsageError } from '../command';
import { pickModel, readModels } from '../models';
import { formatTable } from '../table';

export const analyzeCommand: Command = {
  name: 'analyze',
  usage: 'analyze <model file> [--model name] [--python path] [--json]',
  summary: 'layers, costs, and which sparsity patterns fit',
  options: { model: { type: 'string' }, python: { type: 'string' }, json: { type: 'boolean' } },
  help: [
    '--model NAME   one model of the file (default: all)',
    '--python PATH  interpreter or environment whose packages the file may import (default: .venv, or the active one)',
    '--json         the whole report as JSON',
  ],

  async run({ positionals: [file], options, distDir, signal, print }) {
    if (!file) throw new UsageError('analyze needs a model file');
    const python = options['python'] === undefined ? undefined : String(options['python']);
    if (python !== undefined && !existsSync(python))
      throw new UsageError(`there is no Python environment ${python}`);
    const all = await readModels(file, distDir, signal, python && path.resolve(python));
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
  const columns = columnsOf(model);
  const input = inputLine(model);
  const rows = model.layers.map((layer) => columns.map(({ cell }) => cell(layer)));
  return [
    `${model.graph.name} (${model.graph.framework}): ${modelLine(model)}${input && ` · for ${input}`}`,
    '',
    ...formatTable(
      columns.map(({ title }) => title),
      rows,
      columns.map(({ align }) => align).join(''),
    ),
    ...reasons(model),
    ...model.notes.map((note) => `note: ${note}`),
  ];
}

interface Column {
  readonly title: string;
  readonly align: 'l' | 'r';
  readonly cell: (layer: LayerReport) => string;
}

/** What is computed, where that is known; what is stored, where that is known. */
function columnsOf({ graph, weights }: ModelReport): Column[] {
  const pattern = (id: string): Column => ({
    title: id,
    align: 'l',
    cell: ({ patterns }) => mark(patterns.find((entry) => entry.pattern === id)),
  });
  const left = (title: string, cell: Column['cell']): Column => ({ title, align: 'l', cell });
  const right = (title: string, cell: Column['cell']): Column => ({ title, align: 'r', cell });
  const isComputed = graph.nodes.length > 0;
  return [
    left('layer', ({ path, op }) => path || op),
    ...(isComputed
      ? [left('op', ({ op }) => op), left('output', ({ output }) => formatShape(output))]
      : [left('weight', ({ weight }) => weight.join('×') || 'scalar')]),
    right('params', ({ params }) => formatCount(params)),
    ...(isComputed ? [right('FLOPs', ({ flops }) => formatFlops(flops))] : []),
    pattern('2:4'),
    ...(isComputed ? [pattern('channel')] : []),
    ...(weights
      ? [
          left('stored as', ({ stored }) => stored?.dtype ?? ''),
          left('already', ({ stored }) => (stored ? storedLine(stored) : '')),
        ]
      : []),
  ];
}

const mark = (entry: PatternFit | undefined): string => (entry ? (entry.fit.ok ? 'yes' : 'no') : '');

function reasons({ layers, graph }: ModelReport): string[] {
  // Of weights alone the same would be said of every channel: the table leaves them out.
  const told = (entry: PatternFit) =>
    !entry.fit.ok && (graph.nodes.length > 0 || entry.pattern !== 'channel');
  const lines = layers.flatMap(({ path, patterns }) =>
    patterns.filter(told).flatMap(({ label, fit }) => (fit.ok ? [] : [`  ${path}: ${label}: ${fit.reason}`])),
  );
  return lines.length > 0 ? ['', 'Why not:', ...lines] : [];
}
