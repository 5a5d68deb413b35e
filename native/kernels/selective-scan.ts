// h(t) = exp(Δ(t)·A)·h(t−1) + Δ(t)·B(t)·u(t), y(t) = C(t)·h(t), with the gradient written out. States are computed again on
// the way back, so that what is kept does not grow with length × channels × state.
import { tf } from '../tf';

/**
 * Time first. `u`, `delta`: length × batch × channels. `a`: channels × state. `b`, `c`: length × batch × groups × state,
 * a group serving channels / groups channels next to each other.
 */
export interface Scanned {
  readonly u: tf.Tensor;
  readonly delta: tf.Tensor;
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly c: tf.Tensor;
}

/** @param held states that the way back may hold at once, 16 steps' at least. @returns y: length × batch × channels. */
export function selectiveScan({ u, delta, a, b, c }: Scanned, held = heldStates): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const all = named(args as tf.Tensor[]);
    const spans = segments(all, held);
    const ys: tf.Tensor[] = [];
    const starts: tf.Tensor[] = [];
    let state = tf.zeros([all.u.shape[1]!, ...all.a.shape]);
    for (const [from, count] of spans) {
      starts.push(state);
      const made = tf.tidy(() => forward(segment(all, from, count), state, count));
      ys.push(made.y);
      state = made.end;
    }
    save([...(args as tf.Tensor[]), ...starts]);
    return {
      value: tf.concat(ys, 0),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(named(saved), saved.slice(5), dy, held),
    };
  });
  return op(u, delta, a, b, c);
}

const named = ([u, delta, a, b, c]: readonly tf.Tensor[]): Scanned => ({
  u: u!,
  delta: delta!,
  a: a!,
  b: b!,
  c: c!,
});

/** States that the way back may hold at once: 64 MiB of them. */
const heldStates = 2 ** 24;

/** Stretches of time, [first, steps], each of which the way back computes on its own from the state before it. */
function segments({ u, a }: Scanned, held: number): [number, number][] {
  const [length, batch] = u.shape as [number, number];
  const most = Math.max(16, Math.floor(held / Math.max(1, batch * a.size)));
  const spans: [number, number][] = [];
  for (let from = 0; from < length; from += most) spans.push([from, Math.min(most, length - from)]);
  return spans;
}

/** A stretch of time cut in `chunks` that are walked side by side: fewer steps, one after another, of more work each. */
interface Chunked {
  readonly chunks: number;
  readonly steps: number;
  /** Of each step: chunks·batch × channels, and chunks·batch × groups × state. */
  readonly u: readonly tf.Tensor[];
  readonly delta: readonly tf.Tensor[];
  readonly b: readonly tf.Tensor[];
  readonly c: readonly tf.Tensor[];
  readonly a: tf.Tensor;
}

/** Below this many numbers in a state, a step costs more for being called than for what it computes. */
const worthChunks = 2 ** 15;

/** How long a chunk is: the shortest time over all where a step costs the same however wide it is. */
function chunkOf(length: number, width: number): number {
  return width >= worthChunks ? length : Math.min(length, Math.ceil(Math.sqrt(length / 2)) + 1);
}

function segment(all: Scanned, from: number, count: number): Chunked {
  const { a, u } = all;
  const steps = chunkOf(count, u.shape[1]! * a.size);
  const chunks = Math.ceil(count / steps);
  const cut = (x: tf.Tensor) => chunked(tf.slice(x, from, count), chunks, steps);
  return { chunks, steps, a, u: cut(all.u), delta: cut(all.delta), b: cut(all.b), c: cut(all.c) };
}

/** Where time runs out nothing happens: Δ of zero keeps the state as it is. */
function chunked(x: tf.Tensor, chunks: number, steps: number): tf.Tensor[] {
  const [count, batch, ...rest] = x.shape as [number, number, ...number[]];
  const flat = x.reshape([count, -1]);
  const more = chunks * steps - count;
  const full = more > 0 ? tf.concat([flat, tf.zeros([more, flat.shape[1]!])]) : flat;
  const turned = chunks > 1 ? full.reshape([chunks, steps, -1]).transpose([1, 0, 2]) : full;
  return tf.unstack(turned.reshape([steps, chunks * batch, ...rest]));
}

/** The other way round: steps to length × batch × …. */
function joined(parts: readonly tf.Tensor[], { chunks, steps }: Chunked, count: number): tf.Tensor {
  const [rows, ...rest] = parts[0]!.shape as [number, ...number[]];
  const all = tf.stack([...parts]);
  const turned = chunks > 1 ? all.reshape([steps, chunks, -1]).transpose([1, 0, 2]) : all;
  const full = turned.reshape([chunks * steps, rows / chunks, ...rest]);
  return chunks * steps > count ? tf.slice(full, 0, count) : full;
}

/** exp(Δ·A): rows × channels × state. */
const decay = (delta: tf.Tensor, a: tf.Tensor): tf.Tensor => tf.exp(tf.mul(delta.expandDims(-1), a));

/** A vector of each group for each channel of it: rows × channels × state. */
function outer(channels: tf.Tensor, states: tf.Tensor): tf.Tensor {
  const [rows, groups, n] = states.shape as [number, number, number];
  const x = channels.reshape([rows, groups, -1, 1]);
  return tf.mul(x, states.expandDims(2)).reshape([rows, -1, n]);
}

/** Σ over the state of h · states: rows × channels. */
function overState(h: tf.Tensor, states: tf.Tensor): tf.Tensor {
  const [rows, groups, n] = states.shape as [number, number, number];
  const product = tf.matMul(h.reshape([rows * groups, -1, n]), states.reshape([rows * groups, n, 1]));
  return product.reshape([rows, -1]);
}

/** Σ over the channels of a group of h · channels: rows × groups × state. */
function overChannels(h: tf.Tensor, channels: tf.Tensor, groups: number): tf.Tensor {
  const [rows, , n] = h.shape as [number, number, number];
  const row = channels.reshape([rows * groups, 1, -1]);
  return tf.matMul(row, h.reshape([rows * groups, -1, n])).reshape([rows, groups, n]);
}

const next = (s: Chunked, k: number, h: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(decay(s.delta[k]!, s.a), h), outer(tf.mul(s.delta[k]!, s.u[k]!), s.b[k]!));

/** The state before each chunk, given the one before the first: chunks·batch × channels × state. And the last of all. */
function entering(s: Chunked, start: tf.Tensor): tf.Tensor {
  if (s.chunks === 1) return start;
  let local = tf.zerosLike(outer(s.u[0]!, s.b[0]!));
  for (let k = 0; k < s.steps; k++) local = replaced(local, () => next(s, k, local));
  const [ends, kept] = [local, chunkDecay(s)].map((x) => tf.split(x, s.chunks));
  const states = [start];
  for (let m = 0; m + 1 < s.chunks; m++)
    states.push(tf.tidy(() => tf.add(tf.mul(kept![m]!, states[m]!), ends![m]!)));
  return tf.concat(states);
}

/** What a whole chunk leaves of the state before it: the product of decays is the exponential of a sum. */
const chunkDecay = (s: Chunked): tf.Tensor => decay(tf.addN([...s.delta]), s.a);

/** Frees what is replaced, so that a long walk holds one state. */
function replaced(old: tf.Tensor, make: () => tf.Tensor): tf.Tensor {
  const made = tf.tidy(make);
  old.dispose();
  return made;
}

function forward(s: Chunked, start: tf.Tensor, count: number): { y: tf.Tensor; end: tf.Tensor } {
  let h = entering(s, start).clone();
  const ys: tf.Tensor[] = [];
  for (let k = 0; k < s.steps; k++) {
    h = replaced(h, () => next(s, k, h));
    ys.push(tf.tidy(() => overState(h, s.c[k]!)));
  }
  const batch = start.shape[0];
  return { y: joined(ys, s, count), end: tf.slice(h, (s.chunks - 1) * batch, batch) };
}

/** Of u, delta, a, b and c, stretch after stretch from the last. */
function gradients(all: Scanned, starts: readonly tf.Tensor[], dy: tf.Tensor, held: number): tf.Tensor[] {
  let later = tf.zerosLike(starts[0]!);
  let da = tf.zerosLike(all.a);
  const parts: tf.Tensor[][] = [];
  for (const [i, [from, count]] of [...segments(all, held).entries()].reverse()) {
    const [before, made, ...along] = tf.tidy(() => {
      const s = segment(all, from, count);
      const dys = chunked(tf.slice(dy, from, count), s.chunks, s.steps);
      return backward(s, starts[i]!, dys, later, count);
    });
    parts.unshift(along);
    later = before!;
    da = tf.add(da, made!);
  }
  const [du, ddelta, db, dc] = [0, 1, 2, 3].map((i) =>
    tf.concat(
      parts.map((part) => part[i]!),
      0,
    ),
  );
  return [du!, ddelta!, da, db!, dc!];
}

/**
 * With g(t) the gradient of h(t): g(t) = C(t)·dy(t) + exp(Δ(t+1)·A)·g(t+1).
 * @param later the gradient of the last state. @returns that of the first, then of a, u, delta, b and c.
 */
function backward(
  s: Chunked,
  start: tf.Tensor,
  dys: readonly tf.Tensor[],
  later: tf.Tensor,
  count: number,
): tf.Tensor[] {
  const groups = s.b[0]!.shape[1]!;
  const states = [entering(s, start)];
  for (let k = 0; k + 1 < s.steps; k++) states.push(tf.tidy(() => next(s, k, states[k]!)));
  let flow = leaving(s, dys, later).clone();
  let da = tf.zerosLike(flow);
  const [du, ddelta, db, dc]: tf.Tensor[][] = [[], [], [], []];
  for (let k = s.steps - 1; k >= 0; k--) {
    const [u, delta, b] = [s.u[k]!, s.delta[k]!, s.b[k]!];
    const made = tf.tidy(() => {
      const kept = decay(delta, s.a);
      const decayed = tf.mul(kept, states[k]!);
      const drive = tf.mul(delta, u);
      const g = tf.add(flow, outer(dys[k]!, s.c[k]!));
      const ofDrive = overState(g, b);
      const ofExponent = tf.mul(g, decayed);
      return [
        tf.mul(g, kept),
        tf.add(da, tf.mul(ofExponent, delta.expandDims(-1))),
        tf.mul(ofDrive, delta),
        tf.add(tf.mul(ofDrive, u), tf.sum(tf.mul(ofExponent, s.a), -1)),
        overChannels(g, drive, groups),
        overChannels(tf.add(decayed, outer(drive, b)), dys[k]!, groups),
      ];
    });
    tf.dispose([flow, da, states[k]!]);
    [flow, da] = [made[0]!, made[1]!];
    for (const [i, list] of [du, ddelta, db, dc].entries()) list![k] = made[2 + i]!;
  }
  const along = [du, ddelta, db, dc].map((parts) => joined(parts!, s, count));
  return [tf.slice(flow, 0, start.shape[0]), tf.sum(da, 0), ...along];
}

/** What the time after each chunk makes of the gradient of its last state; the mirror of `entering`. */
function leaving(s: Chunked, dys: readonly tf.Tensor[], later: tf.Tensor): tf.Tensor {
  if (s.chunks === 1) return later;
  let local = tf.zerosLike(outer(dys[0]!, s.c[0]!));
  for (let k = s.steps - 1; k >= 0; k--)
    local = replaced(local, () => tf.mul(decay(s.delta[k]!, s.a), tf.add(local, outer(dys[k]!, s.c[k]!))));
  const [starts, kept] = [local, chunkDecay(s)].map((x) => tf.split(x, s.chunks));
  const flows = [later];
  for (let m = s.chunks - 1; m > 0; m--)
    flows.unshift(tf.tidy(() => tf.add(tf.mul(kept![m]!, flows[0]!), starts![m]!)));
  return tf.concat(flows);
}
