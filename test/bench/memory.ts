// The estimate of a run's memory beside what a step of it really takes, over models of many kinds.
import path from 'node:path';
import type { ModelGraph } from '../../core/graph/model-graph';
import { byteWords } from '../../core/byte-words';
import { readModels } from '../../cli/models';
import { formatTable } from '../../cli/table';
import { chooseDevice } from '../../native/devices/table';
import { estimateMemory } from '../../training/memory/estimate';
import { measurePeak } from './memory/measure';

const distDir = path.resolve(__dirname, '..');
const golden = path.resolve(distDir, '../test/golden/pytorch');

/** File, model, batch. */
const cases: readonly (readonly [string, string, number])[] = [
  ['lenet.py', '', 64],
  ['mlp.py', '', 64],
  ['resnet.py', '', 4],
  ['vgg.py', '', 4],
  ['densenet.py', '', 4],
  ['mobilenet.py', '', 4],
  ['vit.py', '', 8],
  ['vit_fused.py', '', 8],
  ['gpt.py', '', 8],
  ['llama.py', '', 8],
  ['../../bench/parity/models/mamba_layers.py', '', 8],
];

async function main(): Promise<void> {
  const [id = 'auto', only = ''] = process.argv.slice(2);
  await (await chooseDevice(id, distDir)).activate();
  const rows: string[][] = [];
  for (const [file, name, batch] of cases.filter(([file]) => file.includes(only))) {
    const models = await readModels(path.join(golden, file), distDir, new AbortController().signal);
    for (const { graph } of models.filter((model) => !name || model.graph.name === name).slice(0, 1)) {
      const row = await compare(graph, batch).catch((error: Error) => [error.message.slice(0, 60)]);
      rows.push([path.basename(file), graph.name, String(batch), ...row]);
    }
  }
  for (const line of formatTable(['file', 'model', 'batch', 'estimate', 'measured', 'ratio'], rows, 'llrrrr'))
    console.log(line);
}

async function compare(graph: ModelGraph, batch: number): Promise<string[]> {
  const training = { batch, optimizer: 'adam' } as const;
  const { total } = estimateMemory(graph, training);
  const peak = await measurePeak(graph, training);
  return [byteWords(total), byteWords(peak), (total / peak).toFixed(2)];
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
