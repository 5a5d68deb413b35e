// A small assembler for WebAssembly with 128-bit SIMD: kernels are written as loops here and become machine code
// when the device starts. No toolchain and no binary in the tree.

import { engine } from './engine';

export type Type = 'i32' | 'f32' | 'v128';

/** Something on the stack: the code that puts it there. */
export interface Value<T extends Type = Type> {
  readonly type: T;
  readonly code: readonly number[];
}
export interface Local<T extends Type = Type> extends Value<T> {
  readonly index: number;
}
export type I32 = Value<'i32'>;
export type F32 = Value<'f32'>;
export type V128 = Value<'v128'>;

const typeCodes: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** LEB128, in which all of WebAssembly's integers are written. */
export function unsigned(value: number): number[] {
  const out: number[] = [];
  do {
    const rest = value >>> 7;
    out.push((value & 0x7f) | (rest === 0 ? 0 : 0x80));
    value = rest;
  } while (value !== 0);
  return out;
}

function signed(value: number): number[] {
  const out: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (byte & 0x40) === 0) || (value === -1 && (byte & 0x40) !== 0)) return [...out, byte];
    out.push(byte | 0x80);
  }
}

const of = <T extends Type>(type: T, ...code: (number | readonly number[])[]): Value<T> => ({
  type,
  code: code.flat(),
});
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** Alignment hint and offset of a memory access; 4 bytes is all that tensors promise. */
const at = (offset: number): number[] => [2, ...unsigned(offset)];

export const i32 = (value: number): I32 => of('i32', 0x41, signed(value));
const i32Op =
  (opcode: number) =>
  (a: I32, b: I32 | number): I32 =>
    of('i32', a.code, (typeof b === 'number' ? i32(b) : b).code, opcode);
export const add = i32Op(0x6a);
export const sub = i32Op(0x6b);
export const mul = i32Op(0x6c);
export const less = i32Op(0x48);
/** The first where the condition is not zero, else the second. */
export const select = (condition: I32, a: I32, b: I32): I32 =>
  of('i32', a.code, b.code, condition.code, 0x1b);
export const loadI32 = (address: I32, offset = 0): I32 => of('i32', address.code, 0x28, at(offset));

const lanes4 =
  (opcode: number) =>
  (a: V128, b: V128): V128 =>
    of('v128', a.code, b.code, simd(opcode));
const fused = (a: V128, b: V128, c: V128): V128 => of('v128', a.code, b.code, c.code, simd(0x105));
export const v = {
  add: lanes4(0xe4),
  sub: lanes4(0xe5),
  mul: lanes4(0xe6),
  div: lanes4(0xe7),
  /** a·b + c, rounded once where the engine has relaxed SIMD (Node 22 and later): a quarter faster in convolutions. */
  mulAdd: (a: V128, b: V128, c: V128): V128 => (hasFused() ? fused(a, b, c) : v.add(c, v.mul(a, b))),
  max: lanes4(0xe9),
  equal: lanes4(0x41),
  greater: lanes4(0x44),
  and: lanes4(0x4e),
  /** The first without the bits of the second. */
  andNot: lanes4(0x4f),
  or: lanes4(0x50),
  sqrt: (a: V128): V128 => of('v128', a.code, simd(0xe3)),
  splat: (a: F32): V128 => of('v128', a.code, simd(0x13)),
  splatI32: (a: I32): V128 => of('v128', a.code, simd(0x11)),
  /** Lanes that differ as integers. */
  unlike: lanes4(0x38),
  zero: of('v128', simd(0x0c), new Array<number>(16).fill(0)),
  /** All four lanes are the float at an address. */
  loadSplat: (address: I32, offset = 0): V128 => of('v128', address.code, simd(0x09), at(offset)),
} as const;

/** How many floats a memory access moves: four, or one (in the first lane), so that a loop body serves its own remainder. */
export type Lanes = 4 | 1;
export const load = (lanes: Lanes, address: I32, offset = 0): V128 =>
  of('v128', address.code, simd(lanes === 4 ? 0x00 : 0x5c), at(offset));

/** The body of one function. */
export class Code {
  readonly bytes: number[] = [];
  readonly locals: Type[] = [];

  constructor(readonly params: readonly Type[]) {}

  param<T extends Type>(index: number): Local<T> {
    return { type: this.params[index] as T, index, code: [0x20, ...unsigned(index)] };
  }

  /** Parameters that are addresses or counts, from an index on. */
  addresses<N extends number>(count: N, from = 0): Tuple<Local<'i32'>, N> {
    return Array.from({ length: count }, (_, i) => this.param<'i32'>(from + i)) as Tuple<Local<'i32'>, N>;
  }

  counters<N extends number>(count: N): Tuple<Local<'i32'>, N> {
    return Array.from({ length: count }, () => this.local('i32')) as Tuple<Local<'i32'>, N>;
  }

  local<T extends Type>(type: T, value?: Value<T>): Local<T> {
    const index = this.params.length + this.locals.push(type) - 1;
    const local = { type, index, code: [0x20, ...unsigned(index)] };
    if (value) this.set(local, value);
    return local;
  }

  set<T extends Type>(local: Local<T>, value: Value<T>): void {
    this.emit(value.code, 0x21, unsigned(local.index));
  }

  store(lanes: Lanes, address: I32, value: V128, offset = 0): void {
    this.emit(address.code, value.code, simd(lanes === 4 ? 0x0b : 0x5a), at(offset), lanes === 4 ? [] : 0);
  }

  /** `for (i = from; i < to; i += step)`; the counter is left at its last value. */
  loop(counter: Local<'i32'>, from: I32, to: I32, step: I32 | number, body: () => void): void {
    this.set(counter, from);
    this.while(less(counter, to), () => {
      body();
      this.set(counter, add(counter, step));
    });
  }

  /** Tested once before and then at the end of every round, which costs one jump a round. */
  while(condition: I32, body: () => void): void {
    this.emit(0x02, 0x40, condition.code, 0x45, 0x0d, 0, 0x03, 0x40);
    body();
    this.emit(condition.code, 0x0d, 0, 0x0b, 0x0b);
  }

  private emit(...code: (number | readonly number[])[]): void {
    for (const part of code) {
      if (typeof part === 'number') this.bytes.push(part);
      else for (const byte of part) this.bytes.push(byte);
    }
  }
}

export type Tuple<T, N extends number, R extends T[] = []> = R['length'] extends N
  ? R
  : Tuple<T, N, [...R, T]>;

/** The types of parameters that are all addresses or counts. */
export const addresses = (count: number): Type[] => new Array<Type>(count).fill('i32');

export interface Routine {
  readonly name: string;
  readonly code: Code;
}

/** Writes one function: its parameters' types, and a body that gets them as locals. */
export function routine(name: string, params: readonly Type[], write: (code: Code) => void): Routine {
  const code = new Code(params);
  write(code);
  return { name, code };
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const section = (id: number, items: readonly (readonly number[])[]): number[] => [
  id,
  ...sized(vector(items)),
];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);

/** A module of these functions on an imported memory (`env.memory`), in the binary format of the WebAssembly specification. */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const types = routines.map(({ code }) => [
    0x60,
    ...vector(code.params.map((type) => [typeCodes[type]])),
    0,
  ]);
  const bodies = routines.map(({ code }) =>
    sized([...vector(code.locals.map((type) => [1, typeCodes[type]])), ...code.bytes, 0x0b]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text('env'), ...text('memory'), 0x02, 0x00, 0]]),
    ...section(
      3,
      routines.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      routines.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]),
    ),
    ...section(10, bodies),
  ]);
}

let relaxed: boolean | undefined;

function hasFused(): boolean {
  relaxed ??= engine.validate(
    assemble([
      routine('probe', ['i32'], (code) => code.store(4, code.param(0), fused(v.zero, v.zero, v.zero))),
    ]),
  );
  return relaxed;
}
