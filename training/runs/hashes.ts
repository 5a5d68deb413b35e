// What a run was begun with, as hashes, and what of it has changed when it is to go on.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Recipe } from '../../core/recipe/recipe';
import type { RunHashes } from '../../core/runs/run-record';

export interface BegunWith {
  readonly recipe: Recipe;
  readonly graph: ModelGraph;
  readonly data: { readonly hash: string };
  /** The model's file; it need not exist. */
  readonly modelFile: string;
}

export async function hashesOf({ recipe, graph, data, modelFile }: BegunWith): Promise<RunHashes> {
  const code = await readFile(modelFile).catch(() => undefined);
  return {
    recipe: sha256(canonical(withoutIdle(recipe))),
    data: data.hash,
    model: sha256(canonical(graph, 'source')),
    ...(code ? { code: sha256(code) } : {}),
  };
}

export interface Changes {
  /** What would make the trajectory another one, in words; empty when it stays the same. */
  readonly different: readonly string[];
  /** What changed and does not matter to the run, in one line. */
  readonly notice?: string;
}

/** Nothing is said of runs that were begun before hashes were kept. */
export function changesOf(before: RunHashes | undefined, now: RunHashes, modelFile: string): Changes {
  if (!before) return { different: [] };
  const short = (hash: string) => hash.slice(0, 8);
  const words = { recipe: 'its recipe in run.json', data: 'the data', model: 'its graph.json' } as const;
  const different = (Object.keys(words) as (keyof typeof words)[])
    .filter((part) => before[part] !== now[part])
    .map((part) => `${words[part]} (${short(before[part])} → ${short(now[part])})`);
  const isCodeNew = before.code !== undefined && now.code !== undefined && before.code !== now.code;
  if (!isCodeNew) return { different };
  return {
    different,
    notice: `${modelFile} has changed since the run began; the run goes on with the model that it was begun with`,
  };
}

/** How often it is saved and where it is computed are no part of what is trained. */
function withoutIdle({ training, device: _, ...rest }: Recipe): unknown {
  const { checkpointEvery: __, ...relevant } = training;
  return { ...rest, training: relevant };
}

/** JSON with sorted keys, so that the same value is the same text. @param without a key to leave out everywhere. */
function canonical(value: unknown, without?: string): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (key !== '' && key === without) return undefined;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
