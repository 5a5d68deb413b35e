// `espalier sensitivity`: what pruning each layer, or each group of channels, alone costs a trained model.
import path from 'node:path';
import type { SensitivityReport } from '../../core/protocol/sensitivity';
import { metricName, metricText } from '../../core/runs/metric-words';
import { criteria } from '../../core/sparsity/criteria/table';
import { families } from '../../core/sparsity/patterns/families';
import { Asked } from '../asked';
import { type Command, UsageError } from '../command';
import { dataSpecOf } from '../data-spec';
import { withHost } from '../host';
import { pickModel, readModels } from '../models';
import { StatusLine } from '../status-line';
import { formatTable } from '../table';

const offered = [...criteria.values()].filter(({ needs }) => !needs.has('movement')).map(({ id }) => id);

export const sensitivityCommand: Command = {
  name: 'sensitivity',
  usage: 'sensitivity <model file> --weights W --data D',
  summary: 'measure what pruning each layer, or group of channels, alone costs',
  options: {
    model: { type: 'string' },
    weights: { type: 'string' },
    data: { type: 'string' },
    pattern: { type: 'string', default: 'unstructured' },
    sparsity: { type: 'string' },
    criterion: { type: 'string', default: 'magnitude' },
    samples: { type: 'string', default: '500' },
    'keep-dense': { type: 'string' },
    batches: { type: 'string', default: '8' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '0' },
    device: { type: 'string', default: 'auto' },
    json: { type: 'boolean', default: false },
  },
  help: [
    '--model NAME        which model of the file, where it has several',
    '--weights FILE      trained weights, .safetensors',
    '--data D            a recipe, whose data is taken, or a data section: digits, "{ kind: idx, folder: mnist }"',
    `--pattern P         ${families.map(({ example }) => example).join(', ')} (default: unstructured)`,
    '--sparsity A,B      shares of a layer’s weights, or of a group’s channels, to try (default: as the pattern has them)',
    `--criterion C       ${offered.join(', ')} (default: magnitude)`,
    '--samples N         test samples, drawn by --seed, that are measured on (default: 500)',
    '--keep-dense A,B    layers, or modules around them, that are left out',
    '--batches N         training batches that criteria look at (default: 8), of --batch samples (default: 32)',
    '--device ID         where it is computed (default: the best there is)',
    '--json              the report as JSON',
  ],

  async run({ positionals: [file], options, distDir, signal, print }) {
    const asked = new Asked('sensitivity', options);
    if (!file) throw new UsageError('sensitivity needs a model file');
    const weights = path.resolve(asked.needed('weights', 'trained weights, a .safetensors file'));
    const { data, baseFolder } = await dataSpecOf(asked.needed('data', 'what losses are measured on'));
    const sparsities = asked.list('sparsity').map(Number);
    if (sparsities.some((share) => !Number.isFinite(share)))
      throw new UsageError(`--sparsity ${asked.text('sparsity')} holds something that is no number`);
    const [calibration, samples] = [asked.calibration(), asked.whole('samples', 1)];
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
        host.ask('sensitivity/run', {
          ...{ graph, weights, baseFolder, data, sparsities, keepDense, calibration, samples },
          ...{ pattern: asked.text('pattern')!, criterion: asked.text('criterion')! },
          device: asked.text('device')!,
        }),
    ).catch((error: unknown) => {
      throw signal.aborted ? new Error('it was cancelled; nothing was written') : error;
    });
    status.clear();
    if (options['json'] === true) return print(JSON.stringify(report, null, 2));
    for (const line of textOf(report)) print(line);
  },
};

/** One row a layer or group, the most sensitive first: how much the loss rises, and the metric at the highest sparsity. */
function textOf(report: SensitivityReport): string[] {
  const { sparsities, metric, dense, rows, left, samples, device } = report;
  const isChannel = report.pattern === 'channel';
  const unchanged = rows.filter(({ points }) => points.some((point) => point.unchanged));
  const table = rows.map(({ name, size, points }) => [
    name,
    String(size),
    ...points.map(({ loss }) => signed(loss - dense.loss)),
    metricText(metric, points.at(-1)!.metric),
  ]);
  const head = [
    isChannel ? 'group' : 'layer',
    isChannel ? 'channels' : 'weights',
    ...sparsities.map((share) => `loss at ${share}`),
    `${metricName(metric)} at ${sparsities.at(-1)!}`,
  ];
  return [
    ...formatTable(head, table, `lr${'r'.repeat(sparsities.length + 1)}`),
    ...left.map(({ path: layer, reason }) => `left out: ${layer}: ${reason}`),
    ...unchanged.map(({ name }) => `${name} lost something and answers exactly as before: nothing reads it`),
    `dense: loss ${dense.loss.toPrecision(4)}, ${metricName(metric)} ${metricText(metric, dense.metric)} on ${samples} test samples (${device}); each alone by ${report.criterion}, nothing retrained`,
  ];
}

const signed = (rise: number): string => (rise >= 0 ? '+' : '−') + Math.abs(rise).toPrecision(3);
