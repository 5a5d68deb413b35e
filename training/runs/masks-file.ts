// `masks.bin`: 'ESPM', version, length of a JSON header, the header, then each layer's packed bits. Little-endian.
import type { ParamName } from '../../core/graph/model-graph';
import type { Mask } from '../../core/sparsity/mask';

const magic = 'ESPM';
const version = 1;
const prefix = 12;

interface Header {
  readonly layers: readonly {
    readonly param: string;
    readonly rows: number;
    readonly cols: number;
    /** From the end of the header. */
    readonly offset: number;
  }[];
}

/** @param masks by parameter, each of shape rows × cols of the dense weight matrix. */
export function encodeMasks(masks: ReadonlyMap<ParamName, Mask>): Uint8Array {
  let offset = 0;
  const layers = [...masks].map(([param, { shape, bits }]) => {
    const layer = { param, rows: shape[0]!, cols: shape[1]!, offset };
    offset += bits.length;
    return layer;
  });
  const header = new TextEncoder().encode(JSON.stringify({ layers } satisfies Header));
  const out = new Uint8Array(prefix + header.length + offset);
  const view = new DataView(out.buffer);
  out.set(new TextEncoder().encode(magic));
  view.setUint32(4, version, true);
  view.setUint32(8, header.length, true);
  out.set(header, prefix);
  [...masks.values()].forEach(({ bits }, i) => out.set(bits, prefix + header.length + layers[i]!.offset));
  return out;
}

/** Throws one line when the bytes are no masks, or of another version. */
export function decodeMasks(bytes: Uint8Array): Map<ParamName, Mask> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefix || new TextDecoder().decode(bytes.subarray(0, 4)) !== magic)
    throw new Error('it does not begin as masks do');
  const found = view.getUint32(4, true);
  if (found !== version) throw new Error(`version ${found}, this Espalier reads version ${version}`);
  const start = prefix + view.getUint32(8, true);
  if (start > bytes.length) throw new Error('it ends inside its header');
  const { layers } = JSON.parse(new TextDecoder().decode(bytes.subarray(prefix, start))) as Header;
  return new Map(
    layers.map(({ param, rows, cols, offset }) => {
      const length = Math.ceil((rows * cols) / 8);
      const from = start + offset;
      if (!(from >= start && from + length <= bytes.length))
        throw new Error(`the mask of ${param} is cut off: ${bytes.length} of ${from + length} bytes`);
      // Not `slice`: a Buffer's is a view that keeps the whole file alive.
      return [param, { shape: [rows, cols], bits: new Uint8Array(bytes.subarray(from, from + length)) }];
    }),
  );
}
