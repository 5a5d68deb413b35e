// Which distributions an environment has, told from the names of their `.dist-info` folders; nothing is opened.
import { readdirSync } from 'node:fs';

/** `huggingface_hub-0.26.0.dist-info`, `PyYAML-6.0.egg-info`: name and version. */
const named = /^(.+?)-(\d[^-]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/;

/** Version of a distribution by its normalised name (`pyyaml`, `huggingface_hub`), the first folder's first. */
export function versionsIn(folders: readonly string[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const entry of folders.flatMap(list)) {
    const [, name, version] = named.exec(entry) ?? [];
    const key = name?.replace(/[-_.]+/g, '_').toLowerCase();
    if (key && version && !versions.has(key)) versions.set(key, version);
  }
  return versions;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
