// A tensor of an ONNX file: its shape and type, and where its values lie. Only small ones are ever loaded.
import { elementBytes } from '../safetensors-header';
import { DamagedFile, type Field, type ProtoReader } from './protobuf';

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** As safetensors call it, which is what the table of element types is keyed by. */
  readonly type: string;
  readonly bytes: number;
  /** Where the values lie in the file, one after another; absent where they are elsewhere or kept in another way. */
  readonly offset?: number;
  /** The file beside the model that has the values. */
  readonly external?: string;
  /** The values of a small tensor of numbers: shapes, axes, scales. */
  readonly values?: readonly number[];
}

const types: Readonly<Record<number, string>> = {
  ...{ 1: 'F32', 2: 'U8', 3: 'I8', 4: 'U16', 5: 'I16', 6: 'I32', 7: 'I64', 8: 'string', 9: 'BOOL' },
  ...{ 10: 'F16', 11: 'F64', 12: 'U32', 13: 'U64', 14: 'C64', 15: 'C128', 16: 'BF16', 17: 'F8_E4M3' },
  ...{ 18: 'F8_E4M3FNUZ', 19: 'F8_E5M2', 20: 'F8_E5M2FNUZ', 21: 'U4', 22: 'I4', 23: 'F4' },
};

/** Elements of a tensor whose values may steer shapes. */
const mostValues = 1024;
const mostDims = 32;

export function readTensor(proto: ProtoReader, tensor: Field): OnnxTensor {
  const dims: number[] = [];
  const typed: Field[] = [];
  let [name, type] = ['', ''];
  let raw: Field | undefined;
  let external = false;
  let location: string | undefined;
  for (const field of proto.fields(tensor.start, tensor.end)) {
    if (field.number === 1) dims.push(...proto.ints(field, mostDims));
    if (field.number === 2) type = types[field.value] ?? `type ${field.value}`;
    if ([4, 5, 7, 10, 11].includes(field.number)) typed.push(field);
    if (field.number === 8) name = proto.string(field);
    if (field.number === 9) raw = field;
    if (field.number === 13) location = readLocation(proto, field) ?? location;
    if (field.number === 14) external = field.value === 1;
    if (dims.length > mostDims)
      throw new DamagedFile(`${name || 'a tensor'} has more than ${mostDims} dimensions`);
  }
  const elements = dims.reduce((n, dim) => n * dim, 1);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(elements))
    throw new DamagedFile(`${name || 'a tensor'} has the shape ${dims.join('×')}`);
  const size = elementBytes[type];
  const bytes = elements * (size ?? 0);
  // Floats and doubles of their own fields lie in the file just as raw ones do.
  const [only] = typed;
  const packed = typed.length === 1 && (only?.number === 4 || only?.number === 10) ? only : undefined;
  const data = raw ?? packed;
  const offset = !external && data && size && data.end - data.start === bytes ? data.start : undefined;
  const values = external || elements > mostValues ? undefined : valuesOf(proto, type, elements, raw, typed);
  return {
    ...{ name, dims, type, bytes },
    ...(offset === undefined ? {} : { offset }),
    ...(external && location !== undefined ? { external: location } : {}),
    ...(values ? { values } : {}),
  };
}

/** The `location` entry of where external data lies. */
function readLocation(proto: ProtoReader, entry: Field): string | undefined {
  let [key, value] = ['', ''];
  for (const field of proto.fields(entry.start, entry.end)) {
    if (field.number === 1) key = proto.string(field);
    if (field.number === 2) value = proto.string(field);
  }
  return key === 'location' ? value : undefined;
}

type Reader = (view: DataView, at: number) => number;
const readers: Readonly<Record<string, Reader>> = {
  F32: (view, at) => view.getFloat32(at, true),
  F64: (view, at) => view.getFloat64(at, true),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  I32: (view, at) => view.getInt32(at, true),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => view.getUint8(at),
};

/** Undefined for types that steer no shape, and for a tensor that holds more or less than it says. */
function valuesOf(
  proto: ProtoReader,
  type: string,
  elements: number,
  raw: Field | undefined,
  typed: readonly Field[],
): number[] | undefined {
  const read = readers[type];
  if (!read) return undefined;
  if (raw) {
    const size = elementBytes[type]!;
    if (raw.end - raw.start !== elements * size) return undefined;
    const view = proto.view(raw.start, raw.end);
    return Array.from({ length: elements }, (_, i) => read(view, i * size));
  }
  const values = typed.flatMap((field) =>
    field.number === 4
      ? proto.floats(field, mostValues)
      : field.number === 10
        ? []
        : proto.ints(field, mostValues),
  );
  return values.length === elements ? values : undefined;
}
