// Reads the attributes of a node. They come from other people's code, so a wrong one is a ShapeError, never a crash.
import type { Attrs, AttrValue } from './model-graph';
import { axisOf, type Dim, formatShape, isBatch, type Shape, ShapeError } from './shape';

/** No dimension is larger: products of a few of these still are exact numbers. */
const largest = 2 ** 40;

/** Reads a required number. */
export function int(attrs: Attrs, key: string): number {
  const value = attrs[key];
  if (typeof value !== 'number') throw new ShapeError(`attribute ${key} is ${show(value)}, not a number`);
  return value;
}

/** Reads a required whole number of at least `least`. */
export function whole(attrs: Attrs, key: string, least = 1, fallback?: number): number {
  const value = attrs[key] ?? fallback;
  if (isWhole(value, least)) return value;
  throw new ShapeError(`attribute ${key} is ${show(value)}, not a whole number of at least ${least}`);
}

/** Reads an attribute that is one number or a pair (height, width). */
export function pair(attrs: Attrs, key: string, fallback?: number): readonly [number, number] {
  const value: AttrValue | undefined = attrs[key] ?? fallback;
  if (typeof value === 'number') return [value, value];
  if (Array.isArray(value)) {
    const [h, w = h] = value as number[];
    if (typeof h === 'number' && typeof w === 'number') return [h, w];
  }
  throw new ShapeError(`attribute ${key} is ${show(value)}, not a number or a pair`);
}

/** Reads an attribute that is one number, or one for each of `count` axes. */
export function each(attrs: Attrs, key: string, count: number, fallback?: number): readonly number[] {
  const value: AttrValue | undefined = attrs[key] ?? fallback;
  if (typeof value === 'number') return Array.from({ length: count }, () => value);
  const list = Array.isArray(value) ? (value as readonly AttrValue[]) : [];
  const all = list.length === 1 ? Array.from({ length: count }, () => list[0]) : list;
  if (all.length === count && all.every((item) => typeof item === 'number')) return all;
  throw new ShapeError(`attribute ${key} is ${show(value)}, not one number or ${count}`);
}

/** Reads a list of whole numbers of at least `least`. */
export function wholes(attrs: Attrs, key: string, least = 1): readonly number[] {
  const value = attrs[key];
  if (Array.isArray(value) && value.every((item) => isWhole(item, least))) return value;
  throw new ShapeError(
    `attribute ${key} is ${show(value)}, not a list of whole numbers of at least ${least}`,
  );
}

/** Reads a shape: whole numbers, `{ batch: k }`, and -1 where `open` allows it. */
export function dims(attrs: Attrs, key: string, open = false): readonly Dim[] {
  const value = attrs[key];
  if (Array.isArray(value) && value.every((item) => isDim(item) || (open && item === -1)))
    return value as Dim[];
  throw new ShapeError(`attribute ${key} is ${show(value)}, not a shape`);
}

/** The axes of a value that `axes` or `axis` name, as indices; all of them when neither is there. */
export function axesOf(attrs: Attrs, rank: number): number[] {
  const named = attrs['axes'] ?? attrs['axis'];
  if (named === undefined || named === null) return Array.from({ length: rank }, (_, i) => i);
  const list = Array.isArray(named) ? (named as readonly AttrValue[]) : [named];
  return list.map((axis) => axisOf(Number(axis), rank));
}

/** The first input, which has to be there. */
export function only(x: Shape | undefined, what: string): Shape {
  if (x) return x;
  throw new ShapeError(`${what} has no input`);
}

/** A dimension that has to be a number. */
export function fixed(dim: Dim | undefined, x: Shape, what: string): number {
  if (dim !== undefined && !isBatch(dim)) return dim;
  throw new ShapeError(`${what} cannot work along the batch dimension of ${formatShape(x)}`);
}

export const isWhole = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= largest;

export const isDim = (value: unknown): value is Dim =>
  isWhole(value, 0) ||
  (typeof value === 'object' && value !== null && isWhole((value as { batch?: unknown }).batch, 1));

const show = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 80);
