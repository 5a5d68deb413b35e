// Where channels go when an op moves elements without computing: flatten, reshape, permute.
import { isBatch, sameDim, sameShape, type Dim, type Shape } from '../shape';

/** Channels of a value: which axis carries them, and the channel at each index of that axis. */
export interface Channels {
  readonly axis: number;
  readonly ids: Uint32Array;
}

/**
 * Follows channels through a reshape (flatten is one). Undefined when the new shape cuts across them.
 * Three shapes of reshape keep channels whole: none at all, merging neighbouring axes, adding or dropping axes of size 1.
 */
export function throughReshape({ axis, ids }: Channels, from: Shape, to: Shape): Channels | undefined {
  if (sameShape(from, to)) return { axis, ids };
  return throughUnitAxes({ axis, ids }, from, to) ?? throughMerge({ axis, ids }, from, to);
}

function throughUnitAxes({ axis, ids }: Channels, from: Shape, to: Shape): Channels | undefined {
  const real = (shape: Shape) => shape.flatMap((dim, i) => (dim === 1 ? [] : [i]));
  const [a, b] = [real(from), real(to)];
  if (a.length !== b.length || a.some((i, k) => !sameDim(from[i]!, to[b[k]!]!))) return undefined;
  const place = a.indexOf(axis);
  return place < 0 ? undefined : { axis: b[place]!, ids };
}

/** Axes first … last of `from` become one axis of `to`; everything before and after is unchanged. */
function throughMerge({ axis, ids }: Channels, from: Shape, to: Shape): Channels | undefined {
  const merged = from.length - to.length + 1;
  if (merged < 2) return undefined;
  for (let first = 0; first < to.length; first++) {
    const last = first + merged - 1;
    const before = from.slice(0, first).every((dim, i) => sameDim(dim, to[i]!));
    const after = from.slice(last + 1).every((dim, i) => sameDim(dim, to[first + 1 + i]!));
    const parts = from.slice(first, last + 1);
    if (!before || !after || product(parts) !== to[first]) continue;
    if (axis < first) return { axis, ids };
    if (axis > last) return { axis: axis - merged + 1, ids };
    const outer = product(from.slice(first, axis))!;
    const inner = product(from.slice(axis + 1, last + 1))!;
    return { axis: first, ids: repeat(ids, outer, inner) };
  }
  return undefined;
}

/** Each channel becomes `inner` neighbouring features, the whole `outer` times over. */
export function repeat(ids: Uint32Array, outer: number, inner: number): Uint32Array {
  const out = new Uint32Array(ids.length * outer * inner);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const id of ids) for (let i = 0; i < inner; i++) out[at++] = id;
  }
  return out;
}

/** Undefined where the batch takes part: features of different samples are not channels. */
function product(dims: readonly Dim[]): number | undefined {
  return dims.reduce<number | undefined>(
    (n, dim) => (n === undefined || isBatch(dim) ? undefined : n * dim),
    1,
  );
}
