// `npm run repro -- <method>`: trains every arm of a method's reproduction over its seeds, prints the tables, writes the page.
// Options: --seeds 0,1  --arms a,b  --device wasm|tensorflow|…  --fresh (forgets what was trained before)  --no-page
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ModelGraph } from '../../core/graph/model-graph';
import { listDevices, pickDevice } from '../../native/devices/table';
import { writeJson } from '../../training/runs/files';
import { Lab } from './repro/lab';
import { writePage } from './repro/page';
import { armsTable, claimsTable } from './repro/report';
import { type Readings, type Reproduction, Results } from './repro/reproduction';
import { reproductions } from './repro/table';

const distDir = path.resolve(__dirname, '..');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      arms: { type: 'string' },
      device: { type: 'string', default: 'wasm' },
      fresh: { type: 'boolean', default: false },
      'no-page': { type: 'boolean', default: false },
    },
  });
  const reproduction = reproductions.get(positionals[0] ?? '');
  if (!reproduction)
    throw new Error(`name one of: ${[...reproductions.keys()].join(', ') || 'there is none yet'}`);
  const seeds = values.seeds?.split(',').map(Number) ?? reproduction.seeds;
  const wanted = values.arms?.split(',') ?? reproduction.arms.map(({ id }) => id);
  const root = path.resolve('.espalier/repro', reproduction.id);
  const folderOf = (arm: string, seed: number) => path.join(root, `seed-${seed}`, arm);
  const device = pickDevice(await listDevices(distDir), values.device);
  await device.activate();
  const models = new Map<string, Promise<ModelGraph>>();
  for (const seed of seeds) {
    for (const { id, run } of reproduction.arms) {
      const folder = folderOf(id, seed);
      if (!wanted.includes(id)) continue;
      if (values.fresh) await rm(folder, { recursive: true, force: true });
      if (existsSync(path.join(folder, 'readings.json'))) continue;
      const start = performance.now();
      const shared = path.join(root, `seed-${seed}`, 'shared');
      const { id: deviceId, name } = device.info;
      const lab = new Lab(seed, folder, shared, models, distDir, { id: deviceId, name });
      const tensors = lab.tensors;
      const readings = await run(lab);
      const left = lab.tensors - tensors;
      await mkdir(folder, { recursive: true });
      await writeJson(path.join(folder, 'readings.json'), readings);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.error(
        `seed ${seed}  ${id.padEnd(24)} ${seconds.padStart(5)} s${left > 0 ? `  ${left} tensors left` : ''}`,
      );
    }
  }
  const results = await resultsOf(reproduction, folderOf);
  console.log(`# ${reproduction.title}\n\n${reproduction.setup}\n`);
  console.log(armsTable(reproduction, results).join('\n'), '\n');
  console.log(claimsTable(reproduction, results).join('\n'));
  if (!values['no-page']) console.error(`\nwritten: ${await writePage(reproduction, results, folderOf)}`);
}

/** Of everything that has run, now or before. */
async function resultsOf(
  { arms, seeds }: Reproduction,
  folderOf: (arm: string, seed: number) => string,
): Promise<Results> {
  const results = new Results();
  for (const { id } of arms)
    for (const seed of seeds) {
      const file = path.join(folderOf(id, seed), 'readings.json');
      if (existsSync(file)) results.add(id, seed, JSON.parse(await readFile(file, 'utf8')) as Readings);
    }
  return results;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  },
);
