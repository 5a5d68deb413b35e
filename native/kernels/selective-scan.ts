// The selective scan (Gu & Dao 2023, arXiv 2312.00752, algorithm 2) and its gradients, some steps of time at once.
import { tf } from '../tf';

/**
 * Steps that are taken together. Of these the states are in memory at once, of all others only every so-manieth;
 * they are computed again for gradients, as the paper does it (3.3.2). Within them the recurrence is solved by doubling
 * (Hillis & Steele 1986): a few ops on large tensors instead of a few for each step. No quotients and no logarithms are
 * taken, so that whatever decays to zero in between stays exact.
 */
const together = 32;

/** Time first, as doubling shifts along it: [L, batch, …]. */
interface Taken {
  /** Both [T, B, D]. */
  readonly u: tf.Tensor3D;
  readonly delta: tf.Tensor3D;
  /** [D, S]. */
  readonly a: tf.Tensor2D;
  /** Both [T, B, S]. */
  readonly b: tf.Tensor3D;
  readonly c: tf.Tensor3D;
}

const taken = ([u, delta, a, b, c]: readonly tf.Tensor[]): Taken =>
  ({ u, delta, a, b, c }) as unknown as Taken;

/**
 * h_t = exp(Δ_t A) h_{t−1} + Δ_t B_t u_t, y_t = Σ_n C_t h_t.
 * @param u [B, D, L]. @param delta Δ, [B, D, L]. @param a [D, S]. @param b [B, S, L]. @param c [B, S, L].
 * @returns y, [B, D, L].
 */
export function selectiveScan(
  u: tf.Tensor,
  delta: tf.Tensor,
  a: tf.Tensor,
  b: tf.Tensor,
  c: tf.Tensor,
): tf.Tensor {
  const timeFirst = (x: tf.Tensor) => tf.transpose<tf.Tensor3D>(x as tf.Tensor3D, [2, 0, 1]);
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const given = args.slice(0, -1) as tf.Tensor[];
    const { y, starts } = forward(taken(given));
    save([...given, starts]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(dy as tf.Tensor3D, taken(saved), saved[5] as tf.Tensor4D),
    };
  });
  return tf.transpose(op(...[u, delta].map(timeFirst), a, ...[b, c].map(timeFirst)), [1, 2, 0]);
}

/** @returns y [L, B, D], and the state before each stretch [L / T, B, D, S]. */
function forward(all: Taken): { y: tf.Tensor; starts: tf.Tensor } {
  const [length, batch, width] = all.u.shape;
  let before: tf.Tensor = tf.zeros([batch, width, all.a.shape[1]]);
  const starts: tf.Tensor[] = [];
  const ys: tf.Tensor[] = [];
  for (let at = 0; at < length; at += together) {
    starts.push(before);
    const [y, last] = tf.tidy((): tf.Tensor[] => {
      const part = stretch(all, at);
      const h = states(part, before);
      // Read out: Σ_n C h.
      return [tf.sum(tf.mul(h, tf.expandDims(part.c, 2)), 3), first3(h.slice([h.shape[0] - 1]))];
    });
    ys.push(y!);
    before = last!;
  }
  return { y: joined(ys), starts: tf.stack(starts) };
}

/**
 * With g_t = ∂L/∂h_t: g_t = C_t dy_t + exp(Δ_{t+1} A) g_{t+1}; all others follow from g and h.
 * @returns the gradients of u, Δ, A, B and C.
 */
function backward(dy: tf.Tensor3D, all: Taken, starts: tf.Tensor4D): tf.Tensor[] {
  const [length] = all.u.shape;
  const parts: tf.Tensor[][] = [];
  let da: tf.Tensor = tf.zerosLike(all.a);
  let after: tf.Tensor = tf.zerosLike(first3(starts));
  for (let i = starts.shape[0] - 1; i >= 0; i--) {
    const at = i * together;
    const [own, next, ...rest] = tf.tidy(() => {
      const dyHere = dy.slice([at], [Math.min(together, length - at)]);
      return gradients(dyHere, stretch(all, at), first3(starts.slice([i], [1])), after);
    });
    parts.unshift(rest);
    da = tf.add(da, own!);
    after = next!;
  }
  const [du, ddelta, db, dc] = [0, 1, 2, 3].map((k) => joined(parts.map((part) => part[k]!)));
  return [du!, ddelta!, da, db!, dc!];
}

/**
 * Of one stretch.
 * @param before the state before it. @param after exp(Δ A) g of the step behind it.
 * @returns the gradient of A, what the stretch before gets as `after`, and the gradients of u, Δ, B and C.
 */
function gradients(dy: tf.Tensor3D, part: Taken, before: tf.Tensor, after: tf.Tensor): tf.Tensor[] {
  const { u, delta, a, b, c } = part;
  const size = u.shape[0];
  const keep = decay(part);
  const h = states(part, before);
  const own = tf.mul<tf.Tensor4D>(tf.expandDims(dy, 3), tf.expandDims(c, 2));
  const last = tf.add(own.slice([size - 1]), tf.expandDims(after, 0));
  const g = backwards(size === 1 ? last : tf.concat([own.slice([0], [size - 1]), last]), keep);
  const first = tf.expandDims(before, 0);
  const earlier = size === 1 ? first : tf.concat([first, h.slice([0], [size - 1])]);
  // Of Δ_t A, through the exponential.
  const exponent = tf.mul(tf.mul(g, earlier), keep);
  const input = tf.sum(tf.mul(g, tf.expandDims(b, 2)), 3);
  const pushed = tf.expandDims(tf.mul(delta, u), 3);
  return [
    tf.sum(tf.mul(exponent, tf.expandDims(delta, 3)), [0, 1]),
    tf.mul(first3(keep), first3(g)),
    tf.mul(input, delta),
    tf.add(tf.mul(input, u), tf.sum(tf.mul(exponent, a), 3)),
    tf.sum(tf.mul(g, pushed), 2),
    tf.sum(tf.mul(h, tf.expandDims(dy, 3)), 2),
  ];
}

/** exp(Δ A), [T, B, D, S]. */
const decay = ({ delta, a }: Taken): tf.Tensor4D => tf.exp(tf.mul(tf.expandDims(delta, 3), a));

/** h of all steps of a stretch. */
function states(part: Taken, before: tf.Tensor): tf.Tensor {
  const { u, delta, b } = part;
  const pushed = tf.mul(tf.expandDims(tf.mul(delta, u), 3), tf.expandDims(b, 2));
  const [h, keep] = doubled([pushed, decay(part)], (x, factor, by) => {
    const rest = x.shape[0] - by;
    const own = factor.slice([by]);
    return [
      tf.concat([x.slice([0], [by]), tf.add(x.slice([by]), tf.mul(own, x.slice([0], [rest])))]),
      tf.concat([factor.slice([0], [by]), tf.mul(own, factor.slice([0], [rest]))]),
    ];
  });
  return tf.add(h, tf.mul(keep, tf.expandDims(before, 0)));
}

/** Solves g_t = x_t + keep_{t+1} g_{t+1}; nothing comes from behind the last step. */
function backwards(x: tf.Tensor, keep: tf.Tensor): tf.Tensor {
  // Moved by one, so that a step's own factor stands at its place; that of the last one is not used.
  const moved = x.shape[0] === 1 ? tf.clone(keep) : tf.concat([keep.slice([1]), keep.slice([0], [1])]);
  const [g] = doubled([tf.clone(x), moved], (x, factor, by) => {
    const rest = x.shape[0] - by;
    const own = factor.slice([0], [rest]);
    return [
      tf.concat([tf.add(x.slice([0], [rest]), tf.mul(own, x.slice([by]))), x.slice([rest])]),
      tf.concat([tf.mul(own, factor.slice([by])), factor.slice([rest])]),
    ];
  });
  return g;
}

type Pair = [x: tf.Tensor, factor: tf.Tensor];

/** Lets every step know of 2, 4, 8 … others. The pair is taken over: no level's tensors stay longer than the next needs them. */
function doubled(pair: Pair, level: (...args: [...Pair, by: number]) => Pair): Pair {
  const [size] = pair[0].shape;
  for (let by = 1; by < size; by *= 2) {
    const next = tf.tidy(() => level(...pair, by));
    tf.dispose(pair);
    pair = next;
  }
  return pair;
}

function stretch({ u, delta, a, b, c }: Taken, at: number): Taken {
  const size = Math.min(together, u.shape[0] - at);
  const of = (x: tf.Tensor3D) => x.slice([at], [size]);
  return { u: of(u), delta: of(delta), a, b: of(b), c: of(c) };
}

const joined = (parts: tf.Tensor[]): tf.Tensor => (parts.length === 1 ? parts[0]! : tf.concat(parts));
/** Of its first axis the first one. */
const first3 = (x: tf.Tensor): tf.Tensor => x.slice([0], [1]).squeeze([0]);
