// The files that make up a model: one `.safetensors`, or those that an index names beside itself.
import { statSync } from 'node:fs';
import path from 'node:path';
import { type Entry, headerEnd, parseHeader } from '../../../core/formats/safetensors-header';
import { type ByteSource, fileSource } from '../tensors/byte-source';

export interface Shard {
  readonly source: ByteSource;
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly dataStart: number;
}

export interface Shards {
  readonly shards: readonly Shard[];
  /** What is missing, one line each. */
  readonly notes: readonly string[];
}

const largestIndex = 64_000_000;
const mostShards = 2000;

export const isIndex = (file: string): boolean => /\.safetensors\.index\.json$/i.test(file);

/** Throws one line where nothing can be read. The caller closes the sources. */
export function openShards(file: string): Shards {
  if (!isIndex(file)) return { shards: [openShard(file)], notes: [] };
  const map = readIndex(file);
  const names = [...new Set(map.values())];
  if (names.length > mostShards) throw new Error(`the index names more than ${mostShards} files`);
  const shards: Shard[] = [];
  const notes: string[] = [];
  try {
    for (const name of names) {
      try {
        const shard = openShard(path.join(path.dirname(file), name));
        shards.push({ ...shard, entries: shard.entries.filter((entry) => map.get(entry.name) === name) });
      } catch (error) {
        notes.push(`${name}: ${reasonOf(error)}`);
      }
    }
    if (shards.length === 0) throw new Error(notes[0] ?? 'the index names no file');
    const found = new Set(shards.flatMap(({ entries }) => entries.map(({ name }) => name)));
    const missing = [...map.keys()].filter((name) => !found.has(name));
    if (missing.length > 0) notes.push(`${missing.length} tensors of the index are in none of its files`);
    return { shards, notes };
  } catch (error) {
    for (const { source } of shards) source.close();
    throw error;
  }
}

function openShard(file: string): Shard {
  const source = fileSource(file);
  try {
    const end = headerEnd(source.read(0, Math.min(8, source.size)), source.size);
    return { source, ...parseHeader(source.read(0, end), source.size) };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Tensor → file. Files lie beside the index: a path that leads elsewhere is refused. */
function readIndex(file: string): Map<string, string> {
  if (statSync(file).size > largestIndex) throw new Error('the index is larger than 64 MB');
  const source = fileSource(file);
  try {
    const text = new TextDecoder().decode(source.read(0, source.size));
    const { weight_map: map } = JSON.parse(text) as { weight_map?: unknown };
    if (typeof map !== 'object' || map === null) throw new Error('the index has no weight_map');
    return new Map(
      Object.entries(map).map(([name, shard]): [string, string] => {
        if (typeof shard === 'string' && path.basename(shard) === shard && /^[^\\]+$/.test(shard))
          return [name, shard];
        throw new Error(`the index places ${name} in ${JSON.stringify(shard)}, which is no file beside it`);
      }),
    );
  } catch (error) {
    throw error instanceof SyntaxError ? new Error('the index is not JSON') : error;
  } finally {
    source.close();
  }
}

export const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : (message.split('\n')[0] ?? '').slice(0, 300);
};
