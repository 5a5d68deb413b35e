// `espalier demo`: the whole path on the example, in about a minute: analyze, train sparse twice, measure, export, report.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultRecipe } from '../../core/recipe/defaults';
import { methods } from '../../core/recipe/methods/table';
import type { Recipe } from '../../core/recipe/recipe';
import type { Command } from '../command';
import { withHost } from '../host';
import { readModels } from '../models';
import { readRunContent } from '../report/read-run';
import { reportPage } from '../report/page';
import type { RunContent } from '../report/run-section';
import { outcomeText, progressText, runRecipe } from '../run-recipe';
import { StatusLine } from '../status-line';
import { describe } from './analyze';
import { describeLatency } from './benchmark';

/** One for each kind of pattern, so that the whole takes a minute: zeros among weights, and a smaller shape. */
const shown = ['nm-magnitude', 'network-slimming'] as const;

export const demoCommand: Command = {
  name: 'demo',
  usage: 'demo',
  summary: 'the whole path on the example: analyze, train, measure, export, report',
  options: {},
  help: [],

  async run({ distDir, signal, print }) {
    const examples = path.resolve(distDir, '../examples/pytorch');
    const folder = process.cwd();
    const [model] = await readModels(path.join(examples, 'convnet.py'), distDir, signal);
    for (const line of describe(model!)) print(line);

    const status = new StatusLine();
    const runs: RunContent[] = [];
    await withHost(
      distDir,
      signal,
      (method, params) => {
        if (method === 'run/progress') status.show(progressText(params as never));
        if (method === 'benchmark/progress') status.show(`measuring ${(params as { what: string }).what}`);
      },
      async (host) => {
        for (const id of shown) {
          const method = methods.get(id)!;
          print(`\n${method.title}: ${method.summary}`);
          const run = await runRecipe(host, {
            recipe: demoRecipe(method.id),
            model: model!,
            baseFolder: folder,
          });
          status.clear();
          print(outcomeText(run.record));
          if (run.record.status !== 'finished') throw new Error(run.record.error ?? 'stopped');
          const latency = await host.ask('benchmark/run', {
            folder: run.folder,
            engine: 'onnxruntime',
            batch: 1,
          });
          status.clear();
          for (const line of describeLatency(latency)) print(line);
          const exports = [];
          for (const format of ['safetensors', 'onnx'] as const) {
            const destination = path.join(run.folder, 'export');
            exports.push((await host.ask('export/run', { folder: run.folder, format, destination })).summary);
          }
          for (const line of exports) print(line);
          runs.push(await readRunContent(run.folder, [latency], exports));
        }
      },
    );
    const report = path.join(folder, '.espalier', 'report.html');
    await mkdir(path.dirname(report), { recursive: true });
    await writeFile(report, reportPage(model!, 'examples/pytorch/convnet.py', runs));
    print(`\nThe report, with masks and curves: ${report}`);
  },
};

/** Drawn digits, and half of a usual budget: enough to see everything happen. */
function demoRecipe(method: string): Recipe {
  const recipe = defaultRecipe(
    method,
    { file: 'convnet.py', name: 'convnet' },
    { kind: 'digits', train: 4000, test: 1000 },
  );
  return { ...recipe, training: { ...recipe.training, epochs: 6 } };
}
