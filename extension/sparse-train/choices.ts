// What people chose last time, so that the next time is three presses of Enter. Plain values; anything odd is ignored.
import { dataKinds } from '../../core/recipe/data-kinds';

export interface LastChoices {
  readonly method?: string;
  /** By method id. */
  readonly sparsity: Readonly<Record<string, number>>;
  readonly data?: DataChoice;
}

/** A kind of data, and the absolute path of its folder or file where it has one. */
export interface DataChoice {
  readonly kind: string;
  readonly path?: string;
}

/** What was remembered by any version of us, read with care. */
export function readChoices(value: unknown): LastChoices {
  if (typeof value !== 'object' || value === null) return { sparsity: {} };
  const { method, sparsity, data } = value as Record<string, unknown>;
  const numbers = Object.entries(typeof sparsity === 'object' && sparsity !== null ? sparsity : {});
  const choice = readData(data);
  return {
    sparsity: Object.fromEntries(numbers.filter(([, share]) => typeof share === 'number')),
    ...(typeof method === 'string' ? { method } : {}),
    ...(choice ? { data: choice } : {}),
  };
}

function readData(value: unknown): DataChoice | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, path: given, folder } = value as Record<string, unknown>;
  // Versions before 0.2 knew folders alone.
  const place = given ?? folder;
  if (typeof kind !== 'string' || !dataKinds.has(kind)) return undefined;
  if (placeField(kind) === undefined) return { kind };
  return typeof place === 'string' ? { kind, path: place } : undefined;
}

/** The field that names where data of a kind lies; undefined where it needs no file. */
export const placeField = (kind: string): string | undefined =>
  ['folder', 'file', 'inputs'].find((key) => dataKinds.get(kind)?.fields.some((field) => field.key === key));
