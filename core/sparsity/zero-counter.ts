// Counts the zeros of a weight that comes in pieces: how many, in which groups of four, in which whole channels.

import type { AxisRole } from '../graph/model-graph';
import type { ValueFacts } from './value-facts';

/** Counters that one weight may take. A tensor with more channels than this is a table of something else. */
const mostCounters = 1 << 24;
const group = 4;
/** Of four, as many may be kept. */
const kept = 2;

/** Takes flags, 1 for every element that is not zero, in the order in which the tensor is stored. */
export class ZeroCounter {
  private zeros = 0;
  private groups = 0;
  private sparse = 0;
  private position = 0;
  private input = 0;
  private row = 0;
  private rowSeen = 0;
  private readonly inputs: number;
  private readonly inner: number;
  /** Elements that are not zero in the present group, for each position behind the input axis. */
  private readonly counts: Uint8Array | undefined;
  private readonly seenInputs: Uint8Array | undefined;
  private readonly seenOutputs: Uint8Array | undefined;
  /** Which output each position behind the input axis belongs to, where outputs lie there; else rows are outputs. */
  private readonly outputAt: Uint32Array | undefined;
  private readonly outputs: number;
  private readonly elements: number;

  private readonly isVector: boolean;

  /** @param axes what each axis of `shape` means; groups lie along the inputs at one output and kernel position */
  constructor(shape: readonly number[], axes: readonly AxisRole[]) {
    const size = (from: number, to = shape.length) => shape.slice(from, to).reduce((n, dim) => n * dim, 1);
    this.elements = size(0);
    this.isVector = !axes.includes('in');
    const inAxis = this.isVector ? 0 : axes.indexOf('in');
    const outAxis = this.isVector ? 0 : axes.indexOf('out');
    this.inputs = shape[inAxis] ?? 1;
    this.inner = size(inAxis + 1);
    this.outputs = shape[outAxis] ?? 1;
    const inside = outAxis > inAxis;
    const rowsAreOutputs = outAxis < inAxis && size(0, inAxis) === this.outputs;
    const grouped = !this.isVector && this.inputs % group === 0;
    if (grouped && this.inner <= mostCounters) this.counts = new Uint8Array(this.inner);
    if (this.inputs <= mostCounters) this.seenInputs = new Uint8Array(this.inputs);
    const known = rowsAreOutputs || (inside && this.inner <= mostCounters);
    if (!known || this.outputs > mostCounters) return;
    this.seenOutputs = new Uint8Array(this.outputs);
    const behind = size(outAxis + 1);
    if (inside)
      this.outputAt = Uint32Array.from(
        { length: this.inner },
        (_, i) => Math.floor(i / behind) % this.outputs,
      );
  }

  feed(flags: Uint8Array): void {
    if (this.inner === 1 && this.counts && this.seenInputs && !this.outputAt)
      this.feedRows(flags, this.seenInputs);
    else this.feedAny(flags);
  }

  /** Outputs × inputs, which is what nearly all weights of large models are: the same in a loop without calls. */
  private feedRows(flags: Uint8Array, seenInputs: Uint8Array): void {
    const { inputs, counts } = this;
    let { zeros, input, groups, sparse, rowSeen } = this;
    let count = counts![0]!;
    for (let i = 0; i < flags.length; i++) {
      if (flags[i] === 0) zeros++;
      else {
        count++;
        rowSeen = 1;
        seenInputs[input] = 1;
      }
      input++;
      if (input % group !== 0) continue;
      groups++;
      if (count <= kept) sparse++;
      count = 0;
      if (input < inputs) continue;
      input = 0;
      this.rowSeen = rowSeen;
      this.closeRow();
      rowSeen = 0;
    }
    counts![0] = count;
    Object.assign(this, { zeros, input, groups, sparse, rowSeen });
  }

  private feedAny(flags: Uint8Array): void {
    const { counts, seenInputs, seenOutputs, outputAt, inner, inputs } = this;
    let { zeros, position, input } = this;
    for (const flag of flags) {
      if (flag === 0) zeros++;
      else {
        if (counts) counts[position]! += 1;
        if (seenInputs) seenInputs[input] = 1;
        if (outputAt) seenOutputs![outputAt[position]!] = 1;
        else this.rowSeen = 1;
      }
      if (++position < inner) continue;
      position = 0;
      input++;
      if (counts && input % group === 0) this.closeGroup(counts);
      if (input < inputs) continue;
      input = 0;
      this.closeRow();
    }
    Object.assign(this, { zeros, position, input });
  }

  finish(): ValueFacts {
    const { elements, zeros, seenInputs, groups, sparse, isVector } = this;
    const seenOutputs = isVector ? seenInputs : this.seenOutputs;
    const untouched = (seen: Uint8Array) => seen.reduce((n, one) => n + (one === 0 ? 1 : 0), 0);
    return {
      elements,
      zeros,
      ...(groups > 0 ? { groups: { all: groups, sparse } } : {}),
      ...(seenOutputs ? { zeroOutputs: untouched(seenOutputs) } : {}),
      // A depthwise kernel has a single input: its own.
      ...(seenInputs && this.inputs > 1 ? { zeroInputs: untouched(seenInputs) } : {}),
    };
  }

  private closeGroup(counts: Uint8Array): void {
    this.groups += counts.length;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i]! <= kept) this.sparse++;
      counts[i] = 0;
    }
  }

  /** All inputs of one combination of what lies before them have gone by. */
  private closeRow(): void {
    if (this.rowSeen && !this.outputAt && this.seenOutputs) this.seenOutputs[this.row] = 1;
    this.rowSeen = 0;
    this.row++;
  }
}
