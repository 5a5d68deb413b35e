// `espalier prune`: makes trained weights sparse in one go, without training.
import path from 'node:path';
import type { PrunedLayer, PruneReport } from '../../core/protocol/training-host';
import { metricKeys, metricName, metricText } from '../../core/runs/metric-words';
import { criteria } from '../../core/sparsity/criteria/table';
import { type Budget, type BudgetEngine, outcomeWords } from '../../core/sparsity/budget';
import { families } from '../../core/sparsity/patterns/families';
import { Asked } from '../asked';
import { type Command, UsageError } from '../command';
import { dataSpecOf } from '../data-spec';
import { withHost } from '../host';
import { pickModel, readModels } from '../models';
import { StatusLine } from '../status-line';
import { formatTable } from '../table';

const offered = [...criteria.values()].filter(({ needs }) => !needs.has('movement')).map(({ id }) => id);

export const pruneCommand: Command = {
  name: 'prune',
  usage: 'prune <model file> --weights W --pattern P --out O',
  summary: 'make trained weights sparse in one go, without training',
  options: {
    model: { type: 'string' },
    weights: { type: 'string' },
    pattern: { type: 'string' },
    sparsity: { type: 'string' },
    macs: { type: 'string' },
    milliseconds: { type: 'string' },
    engine: { type: 'string' },
    criterion: { type: 'string', default: 'magnitude' },
    data: { type: 'string' },
    out: { type: 'string' },
    'keep-dense': { type: 'string' },
    'round-to': { type: 'string', default: '1' },
    recalibrate: { type: 'boolean', default: false },
    batches: { type: 'string', default: '8' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '0' },
    device: { type: 'string', default: 'auto' },
    json: { type: 'boolean', default: false },
  },
  help: [
    '--model NAME        which model of the file, where it has several',
    '--weights FILE      trained weights, .safetensors',
    `--pattern P         ${families.map(({ example }) => example).join(', ')}`,
    '--sparsity S        share of weights to remove, or of FLOPs for channel (default: 0.5)',
    '--macs S            of channel, instead: share of the MACs that may be left',
    '--milliseconds T    of channel, instead: time of one inference that may be left, as measured',
    '--engine E          what it is measured on: device, or onnxruntime on one CPU thread (default: device)',
    `--criterion C       ${[...offered, 'sparsegpt'].join(', ')} (default: magnitude)`,
    '--data D            a recipe, whose data is taken, or a data section: digits, "{ kind: idx, folder: mnist }"',
    '--out FILE          where to, .safetensors; masks go beside it',
    '--keep-dense A,B    layers, or modules around them, that stay as they are',
    '--round-to N        kept channels are a multiple of N (default: 1)',
    '--recalibrate       measure BatchNorm’s statistics anew on the calibration batches',
    '--batches N         calibration batches (default: 8), of --batch samples (default: 32), from --seed',
    '--device ID         where it is computed (default: the best there is)',
    '--json              the report as JSON',
  ],

  async run({ positionals: [file], options, distDir, signal, print }) {
    const asked = new Asked('prune', options);
    if (!file) throw new UsageError('prune needs a model file');
    const weights = path.resolve(asked.needed('weights', 'trained weights, a .safetensors file'));
    const pattern = asked.needed('pattern', 'such as 2:4, unstructured or channel');
    const destination = path.resolve(asked.needed('out', 'the .safetensors file to write'));
    if (!destination.endsWith('.safetensors'))
      throw new UsageError(`--out ${asked.text('out')} does not end in .safetensors`);
    const amount = amountOf(asked);
    const calibration = asked.calibration();
    const roundTo = asked.whole('round-to', 1);
    const said = asked.text('data');
    const data = said === undefined ? undefined : await dataSpecOf(said);
    const { graph } = pickModel(await readModels(file, distDir, signal), asked.text('model'), file);
    const keepDense = asked.keepDense(graph);

    const status = new StatusLine();
    const report = await withHost(
      distDir,
      signal,
      (method, params) => {
        if (method !== 'prune/progress') return;
        const { done, what } = params as { done: number; what: string };
        status.show(`${done} % · ${what}`);
      },
      (host) =>
        host.ask('prune/run', {
          ...{ graph, weights, pattern, ...amount, destination, keepDense, roundTo, calibration },
          criterion: asked.text('criterion')!,
          recalibrate: options['recalibrate'] === true,
          device: asked.text('device')!,
          baseFolder: data?.baseFolder ?? process.cwd(),
          ...(data ? { data: data.data } : {}),
          source: { file: path.resolve(file), name: graph.name },
        }),
    ).catch((error: unknown) => {
      throw signal.aborted ? new Error('pruning was cancelled; nothing was written') : error;
    });
    status.clear();
    if (options['json'] === true) return print(JSON.stringify(report, null, 2));
    for (const line of pruneText(report)) print(line);
  },
};

/** One of `--sparsity`, `--macs` and `--milliseconds`. */
function amountOf(asked: Asked): { sparsity: number } | { budget: Budget } {
  const given = ['sparsity', 'macs', 'milliseconds'].filter((key) => asked.text(key) !== undefined);
  if (given.length > 1)
    throw new UsageError(`--${given[0]} and --${given[1]} both say how much goes: give one of them`);
  const engine = asked.text('engine') as BudgetEngine | undefined;
  if (engine !== undefined && given[0] !== 'milliseconds')
    throw new UsageError('--engine is what --milliseconds are measured on: give them too');
  if (given[0] === 'macs') return { budget: { macs: asked.number('macs') } };
  if (given[0] === 'milliseconds')
    return { budget: { milliseconds: asked.number('milliseconds'), ...(engine ? { engine } : {}) } };
  return { sparsity: given[0] ? asked.number('sparsity') : 0.5 };
}

/** One row a layer, what is left, what it is worth. */
function pruneText({ layers, left, params, flops, budget, metrics, summary, device }: PruneReport): string[] {
  const rows = layers.map(({ path: layer, rows, cols, before, density, shape }) => [
    layer,
    `${rows} × ${cols}`,
    before.toFixed(3),
    density.toFixed(3),
    shape.join('×'),
  ]);
  const already = share(layers, ({ before }) => 1 - before);
  return [
    ...formatTable(['layer', 'weights', 'density before', 'after', 'stored'], rows, 'lrrrr'),
    ...left.map(({ path: layer, reason }) => `left as it is: ${layer}: ${reason}`),
    ...(already > 0.001 ? [`${(already * 100).toFixed(1)} % of these weights were zero already`] : []),
    `density ${share(layers, ({ density }) => density).toFixed(3)} · parameters ${params.dense} → ${params.sparse} · FLOPs ${flops.dense} → ${flops.sparse}`,
    ...(budget ? [outcomeWords(budget)] : []),
    ...(metrics
      ? [
          metricKeys(metrics.before)
            .map(
              (key) =>
                `${metricName(key)} ${metricText(key, metrics.before[key]!)} → ${metricText(key, metrics.after[key]!)}`,
            )
            .join(' · ') + ` (${device})`,
        ]
      : []),
    summary,
  ];
}

/** Over all layers, by their sizes. */
function share(layers: readonly PrunedLayer[], of: (layer: PrunedLayer) => number): number {
  const size = ({ rows, cols }: PrunedLayer) => rows * cols;
  const all = layers.reduce((sum, layer) => sum + size(layer), 0);
  return layers.reduce((sum, layer) => sum + of(layer) * size(layer), 0) / Math.max(1, all);
}
