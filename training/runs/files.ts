// The files of a run folder by name, and the one way in which they are written: whole or not at all.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { stage } from '../export/write-file';
import { syncFolder } from './sync-folder';

export const files = {
  record: 'run.json',
  graph: 'graph.json',
  /** The smaller graph, once channels have been removed, and which were kept. */
  sparseGraph: 'sparse-graph.json',
  kept: 'kept.json',
  metrics: 'metrics.jsonl',
  checkpoint: 'checkpoint.safetensors',
  /** The checkpoint before: what is gone on from when the last one is damaged. */
  previous: 'checkpoint.previous.safetensors',
  /** A last checkpoint that could not be read, set aside for whoever wants to look into it. */
  damaged: 'checkpoint.damaged.safetensors',
  /** The checkpoint of the best test metric at the lowest density. */
  best: 'best.safetensors',
  /** The weights that pruning began from: what the sparse model is compared with. */
  dense: 'dense.safetensors',
  masks: 'masks.bin',
  lock: 'lock.json',
  /** Space that is given up when the disk is full, so that the run can still say so in run.json. */
  reserve: '.reserve',
} as const;

/**
 * Writes beside the file, flushes, renames, flushes the folder: a reader or a crash sees the old file or the new one,
 * and once this resolves the new one survives a power cut. Rejects with one line.
 */
export async function writeWhole(file: string, bytes: Uint8Array | string): Promise<void> {
  const staged = await stage(file, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  try {
    await staged.commit();
    await syncFolder(path.dirname(file));
  } catch (error) {
    await staged.discard();
    throw new Error(`cannot write ${file}: ${(error as Error).message}`);
  }
}

export const writeJson = (file: string, value: unknown): Promise<void> =>
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);

/** The file's bytes; undefined where there is none. Rejects with one line where it cannot be read. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/** Rejects with one line that names the file when it holds no JSON. */
export async function readJson(file: string): Promise<unknown> {
  const bytes = await readIfThere(file);
  if (!bytes) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`${path.basename(file)} in ${path.dirname(file)} is damaged: it holds no JSON`);
  }
}
