// A run in the layout of MLflow's file store: `<store>/0/<run>/{meta.yaml,metrics/…,params/…,tags/…}`.
// Layout: mlflow/store/tracking/file_store.py; a metric is a file of lines "timestamp value step".
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunRecord } from '../../../core/runs/run-record';
import type { RunFolder } from '../run-folder';
import { scalarsOf } from './scalars';

/** MLflow's experiment that is always there. */
const experiment = '0';
/** MLflow's RunStatus numbers. */
const statuses: Readonly<Record<RunRecord['status'], number>> = {
  running: 1,
  finished: 3,
  failed: 4,
  stopped: 5,
  interrupted: 5,
};

/** Answers with the folder written; one that is there of the same run is replaced. Rejects with one line. */
export async function writeMlflow(run: RunFolder, store: string): Promise<string> {
  const [record, points] = [await run.record(), await run.metrics()];
  const created = Date.parse(record.created);
  // MLflow wants 32 hexadecimal digits; the same run gets the same ones each time.
  const id = createHash('sha256').update(record.id).digest('hex').slice(0, 32);
  const files = new Map<string, string>();
  for (const point of points) {
    const time = Math.round(created + point.seconds * 1000);
    for (const [name, value] of Object.entries(scalarsOf(point))) {
      const file = `metrics/${name}`;
      files.set(file, `${files.get(file) ?? ''}${time} ${value} ${point.step}\n`);
    }
  }
  for (const [name, value] of flat(record.recipe)) files.set(`params/${name}`, value);
  files.set('tags/mlflow.runName', record.id);
  files.set('tags/mlflow.source.name', 'espalier');
  const target = path.join(store, experiment, id);
  files.set('meta.yaml', metaOf(record, id, target));
  try {
    await mkdir(path.join(store, experiment), { recursive: true });
    await put(path.join(store, experiment, 'meta.yaml'), experimentMeta(path.join(store, experiment)));
    const aside = `${target}.tmp`;
    await rm(aside, { recursive: true, force: true });
    await mkdir(path.join(aside, 'artifacts'), { recursive: true });
    for (const [name, text] of layered(files)) {
      const file = path.join(aside, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await rm(target, { recursive: true, force: true });
    await rename(aside, target);
  } catch (error) {
    throw new Error(`cannot write an MLflow store in ${store}: ${(error as Error).message}`);
  }
  return target;
}

/** `density` cannot be a file and the folder of `density/stem.conv`: the whole is called `density/all`. */
const layered = (files: ReadonlyMap<string, string>): [string, string][] =>
  [...files].map(([name, text]) =>
    [...files.keys()].some((other) => other.startsWith(`${name}/`)) ? [`${name}/all`, text] : [name, text],
  );

function metaOf(record: RunRecord, id: string, folder: string): string {
  const end = record.status === 'running' ? 'null' : String(Date.parse(record.updated));
  return yaml({
    artifact_uri: JSON.stringify(`file://${folder}/artifacts`),
    end_time: end,
    entry_point_name: "''",
    experiment_id: `'${experiment}'`,
    lifecycle_stage: 'active',
    run_id: id,
    run_name: JSON.stringify(record.id),
    run_uuid: id,
    source_name: "''",
    source_type: '4',
    source_version: "''",
    start_time: String(Date.parse(record.created)),
    status: String(statuses[record.status]),
    tags: '[]',
    user_id: 'espalier',
  });
}

const experimentMeta = (folder: string): string =>
  yaml({
    artifact_location: JSON.stringify(`file://${folder}`),
    experiment_id: `'${experiment}'`,
    lifecycle_stage: 'active',
    name: 'Default',
  });

const yaml = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');

/** Leaves what is there: the store may be the user's own. */
async function put(file: string, text: string): Promise<void> {
  if (!(await stat(file).catch(() => undefined))) await writeFile(file, text, { flag: 'wx' });
}

/** Leaves of the recipe by path. */
function flat(value: unknown, at = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return value === undefined ? [] : [[at, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, item]) => flat(item, at ? `${at}.${key}` : key));
}
