// What people chose last time, so that the next time is three presses of Enter. Plain values; anything odd is ignored.
export interface LastChoices {
  readonly method?: string;
  /** By method id. */
  readonly sparsity: Readonly<Record<string, number>>;
  /** `digits`, or the absolute path of a folder with IDX files. */
  readonly data?: DataChoice;
}

export type DataChoice = { readonly kind: 'digits' } | { readonly kind: 'idx'; readonly folder: string };

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
  const { kind, folder } = value as Record<string, unknown>;
  if (kind === 'digits') return { kind };
  return kind === 'idx' && typeof folder === 'string' ? { kind, folder } : undefined;
}
