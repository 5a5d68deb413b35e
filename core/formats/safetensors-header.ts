// Parses and checks the header of a `.safetensors` file: nothing after this needs to doubt an offset.
// Format: https://github.com/huggingface/safetensors#format

/** Bytes of one element of each type. Types of less than a byte are refused: nobody can say where an element begins. */
export const elementBytes: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1, C64: 8 },
  ...{ I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
};

export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the end of the header. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Record<string, string>;
  /** Where the first tensor's bytes begin in the file. */
  readonly dataStart: number;
}

/** The reference implementation's limit: a larger header is an attack, not a model. */
const maxHeader = 100_000_000;

const fail = (what: string): never => {
  throw new Error(`safetensors: ${what}`);
};

/** Bytes before the first tensor, from the first eight of a file of this size. Throws one line. */
export function headerEnd(bytes: Uint8Array, fileSize: number): number {
  if (bytes.length < 8) fail(`${bytes.length} bytes are too few to be a file`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > maxHeader) fail(`the header claims ${length} bytes, more than the format's 100 MB`);
  const dataStart = 8 + Number(length);
  if (dataStart > fileSize)
    fail(`the file ends inside its header: ${fileSize} of at least ${dataStart} bytes`);
  return dataStart;
}

/**
 * @param bytes the whole file, or its beginning up to `headerEnd`
 * Throws one line that says what is wrong and, where it is one tensor's fault, which.
 */
export function parseHeader(bytes: Uint8Array, fileSize = bytes.length): Header {
  const dataStart = headerEnd(bytes, fileSize);

  const { __metadata__: metadata = {}, ...rest } = parseObject(bytes.subarray(8, dataStart));
  const entries = Object.entries(rest).map(([name, raw]) => entry(name, raw));
  checkLayout(entries, fileSize - dataStart);
  return { entries, metadata: checkMetadata(metadata), dataStart };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('the header is not JSON; this is another kind of file or a damaged one');
  }
  return isObject(parsed) ? parsed : fail('the header is no JSON object');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function entry(name: string, raw: unknown): Entry {
  if (!isObject(raw)) return fail(`${name}: its header entry is no object`);
  const { dtype, shape, data_offsets: offsets } = raw;
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype))
    return fail(`${name}: the type ${JSON.stringify(dtype)} is not one that Espalier reads`);
  if (!sizes(shape)) return fail(`${name}: the shape ${JSON.stringify(shape)} is no list of sizes`);
  if (!sizes(offsets) || offsets.length !== 2)
    return fail(`${name}: the offsets ${JSON.stringify(offsets)} are no pair of byte positions`);
  const [start, end] = offsets as [number, number];
  const needed = shape.reduce((n, dim) => n * dim, elementBytes[dtype]!);
  if (end - start !== needed)
    return fail(`${name}: ${end - start} bytes do not hold ${dtype} ${shape.join('×') || 'scalar'}`);
  return { name, dtype, shape, start, end };
}

const sizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** Tensors must follow each other without overlap or hole, and fill the file exactly. */
function checkLayout(entries: readonly Entry[], available: number): void {
  const sorted = [...entries].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const { name, start, end } of sorted) {
    if (start < at) fail(`${name} overlaps the tensor before it`);
    if (start > at) fail(`${start - at} bytes before ${name} belong to no tensor`);
    at = end;
  }
  const last = sorted.at(-1)?.name ?? 'the header';
  if (at > available) fail(`the file is truncated: ${last} ends ${at - available} bytes past its end`);
  if (at < available) fail(`${available - at} bytes after ${last} belong to no tensor`);
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === 'string'))
    return metadata as Record<string, string>;
  return fail('__metadata__ may only map names to strings');
}
