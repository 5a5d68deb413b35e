// Loops over matrices of rows × channels: sums of columns, and lines a·x + b per channel. Batch normalisation is made of them.
import {
  add,
  addresses,
  type Code,
  i32,
  type I32,
  less,
  type Lanes,
  load,
  type Local,
  mul,
  type Routine,
  routine,
  select,
  sub,
  type V128,
  v,
} from './assembler';

/** One register's worth of channels. */
export interface Slot {
  readonly lanes: Lanes;
  /** Byte offset within the block. */
  readonly offset: number;
}

const blocks: readonly (readonly Slot[])[] = [
  [0, 16, 32, 48].map((offset) => ({ lanes: 4, offset })),
  [{ lanes: 4, offset: 0 }],
  [{ lanes: 1, offset: 0 }],
];

/** Channels in blocks of 16 (a cache line), then 4, then 1; `at` is the byte offset of the block within a row. */
export function eachBlock(
  code: Code,
  rowBytes: I32,
  body: (at: Local<'i32'>, slots: readonly Slot[]) => void,
): void {
  let start: I32 = i32(0);
  for (const slots of blocks) {
    const at = code.local('i32');
    const { offset, lanes } = slots.at(-1)!;
    const size = offset + 4 * lanes;
    code.loop(at, start, sub(rowBytes, size - 1), size, () => body(at, slots));
    start = at;
  }
}

/** Rows that are summed in single precision before they are added to the total, which keeps the digits of long sums. */
const chunk = 256;

/**
 * (inputs…, perChannel…, outputs…, rows, rowBytes): adds to each output the column sums of what `terms` makes of the inputs.
 * Outputs must hold zeros (or what is to be added to).
 */
function columnSums(
  name: string,
  counts: { readonly inputs: number; readonly perChannel: number; readonly outputs: number },
  terms: (inputs: readonly V128[], perChannel: readonly V128[]) => readonly V128[],
): Routine {
  const total = counts.inputs + counts.perChannel + counts.outputs + 2;
  return routine(name, addresses(total), (code) => {
    const params: readonly I32[] = Array.from({ length: total }, (_, i) => code.param<'i32'>(i));
    const inputs = params.slice(0, counts.inputs);
    const perChannel = params.slice(counts.inputs, counts.inputs + counts.perChannel);
    const outputs = params.slice(counts.inputs + counts.perChannel, -2);
    const [rows, rowBytes] = code.addresses(2, total - 2);
    const [row, end, offset] = [code.local('i32'), code.local('i32'), code.local('i32')];
    eachBlock(code, rowBytes, (at, slots) => {
      const constants = slots.map(({ lanes, offset: slot }) =>
        perChannel.map((base) => code.local('v128', load(lanes, add(base, at), slot))),
      );
      const sums = slots.map(() => outputs.map(() => code.local('v128')));
      code.set(offset, at);
      code.loop(row, i32(0), rows, chunk, () => {
        for (const sum of sums.flat()) code.set(sum, v.zero);
        const stop = add(row, chunk);
        code.set(end, add(offset, mul(sub(select(less(stop, rows), stop, rows), row), rowBytes)));
        code.while(less(offset, end), () => {
          slots.forEach(({ lanes, offset: slot }, s) => {
            const values = inputs.map((base) => code.local('v128', load(lanes, add(base, offset), slot)));
            terms(values, constants[s]!).forEach((term, o) =>
              code.set(sums[s]![o]!, v.add(sums[s]![o]!, term)),
            );
          });
          code.set(offset, add(offset, rowBytes));
        });
        slots.forEach(({ lanes, offset: slot }, s) =>
          outputs.forEach((base, o) =>
            code.store(lanes, add(base, at), v.add(load(lanes, add(base, at), slot), sums[s]![o]!), slot),
          ),
        );
      });
    });
  });
}

/** (inputs…, perChannel…, output, rows, rowBytes): output = what `value` makes of the inputs, channel by channel. */
function columnMap(
  name: string,
  counts: { readonly inputs: number; readonly perChannel: number },
  value: (inputs: readonly V128[], perChannel: readonly V128[]) => V128,
): Routine {
  const total = counts.inputs + counts.perChannel + 3;
  return routine(name, addresses(total), (code) => {
    const params: readonly I32[] = Array.from({ length: total }, (_, i) => code.param<'i32'>(i));
    const inputs = params.slice(0, counts.inputs);
    const perChannel = params.slice(counts.inputs, -3);
    const [output, rows, rowBytes] = code.addresses(3, total - 3);
    const bytes = code.local('i32', mul(rows, rowBytes));
    const [offset, end] = [code.local('i32'), code.local('i32')];
    eachBlock(code, rowBytes, (at, slots) => {
      const constants = slots.map(({ lanes, offset: slot }) =>
        perChannel.map((base) => code.local('v128', load(lanes, add(base, at), slot))),
      );
      code.set(offset, at);
      code.set(end, add(bytes, at));
      code.while(less(offset, end), () => {
        slots.forEach(({ lanes, offset: slot }, s) => {
          const values = inputs.map((base) => load(lanes, add(base, offset), slot));
          code.store(lanes, add(output, offset), value(values, constants[s]!), slot);
        });
        code.set(offset, add(offset, rowBytes));
      });
    });
  });
}

/** (x, sum, rows, rowBytes): Σ x. */
export const sums = columnSums('sums', { inputs: 1, perChannel: 0, outputs: 1 }, ([x]) => [x!]);

/** (x, mean, sum, rows, rowBytes): Σ (x − mean)². */
export const squares = columnSums('squares', { inputs: 1, perChannel: 1, outputs: 1 }, ([x], [mean]) => {
  const centred = v.sub(x!, mean!);
  return [v.mul(centred, centred)];
});

/** (dy, x, mean, Σdy, Σdy·(x−mean), rows, rowBytes). */
export const gradientSums = columnSums(
  'gradientSums',
  { inputs: 2, perChannel: 1, outputs: 2 },
  ([dy, x], [mean]) => [dy!, v.mul(dy!, v.sub(x!, mean!))],
);

/** (x, a, b, y, rows, rowBytes): y = a·x + b. */
export const line = columnMap('line', { inputs: 1, perChannel: 2 }, ([x], [a, b]) =>
  v.add(v.mul(a!, x!), b!),
);

/** (dy, x, p, q, r, dx, rows, rowBytes): dx = p·dy + q·x + r. */
export const plane = columnMap('plane', { inputs: 2, perChannel: 3 }, ([dy, x], [p, q, r]) =>
  v.add(v.add(v.mul(p!, dy!), v.mul(q!, x!)), r!),
);
