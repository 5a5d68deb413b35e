// What people chose last time, so that the next time is three presses of Enter. Plain values; anything odd is ignored.
import { dataKinds } from '../../core/recipe/data-kinds';

export interface LastChoices {
  readonly method?: string;
  /** By method id, as they were typed. */
  readonly amounts: Readonly<Record<string, string>>;
  readonly patterns: Readonly<Record<string, string>>;
  readonly data?: DataChoice;
}

/** A kind of data, and the absolute path of its folder or file where it has one. */
export interface DataChoice {
  readonly kind: string;
  readonly path?: string;
  /** Of tables: the column that holds the class. */
  readonly label?: string;
}

/** What was remembered by any version of us, read with care. */
export function readChoices(value: unknown): LastChoices {
  if (typeof value !== 'object' || value === null) return { amounts: {}, patterns: {} };
  const { method, amounts, patterns, data } = value as Record<string, unknown>;
  const choice = readData(data);
  return {
    amounts: texts(amounts),
    patterns: texts(patterns),
    ...(typeof method === 'string' ? { method } : {}),
    ...(choice ? { data: choice } : {}),
  };
}

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      ([, text]) => typeof text === 'string',
    ),
  );

function readData(value: unknown): DataChoice | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, path: given, folder, label } = value as Record<string, unknown>;
  // Versions before 0.2 knew folders alone.
  const place = given ?? folder;
  if (typeof kind !== 'string' || !dataKinds.has(kind)) return undefined;
  if (placeField(kind) === undefined) return { kind };
  if (typeof place !== 'string') return undefined;
  return { kind, path: place, ...(typeof label === 'string' ? { label } : {}) };
}

/** The field that names where data of a kind lies; undefined where it needs no file. */
export const placeField = (kind: string): string | undefined =>
  ['folder', 'file', 'inputs'].find((key) => dataKinds.get(kind)?.fields.some((field) => field.key === key));
