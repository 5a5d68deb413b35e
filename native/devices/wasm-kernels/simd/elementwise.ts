// Loops over flat tensors: ReLU's gradient, Adam, masks.
import {
  add,
  addresses,
  type Code,
  i32,
  type I32,
  type Lanes,
  load,
  type Local,
  type Routine,
  routine,
  type V128,
  v,
} from './assembler';

/** Runs a body over four floats at a time and then over the rest one by one; `at` is the byte offset. */
function sweep(code: Code, bytes: I32, body: (at: Local<'i32'>, lanes: Lanes) => void): void {
  const at = code.local('i32');
  // Whole vectors first: the last one starts 16 bytes before the end at the latest.
  code.loop(at, i32(0), add(bytes, -15), 16, () => body(at, 4));
  const rest = code.local('i32');
  code.loop(rest, at, bytes, 4, () => body(rest, 1));
}

/** (dy, y, dx, bytes): dx = dy where y > 0, else 0. */
export const reluGrad: Routine = routine('reluGrad', addresses(4), (code) => {
  const [dy, y, dx, bytes] = code.addresses(4);
  sweep(code, bytes, (at, lanes) => {
    const open = v.greater(load(lanes, add(y, at)), v.zero);
    code.store(lanes, add(dx, at), v.and(load(lanes, add(dy, at)), open));
  });
});

/** (x, words, y, bytes, bit): y = x where the word in its place has the bit, else 0. */
export const masked: Routine = routine('masked', addresses(5), (code) => {
  const [x, words, y, bytes, bit] = code.addresses(5);
  const wanted = code.local('v128', v.splatI32(bit));
  sweep(code, bytes, (at, lanes) => {
    const kept = v.unlike(v.and(load(lanes, add(words, at)), wanted), v.zero);
    code.store(lanes, add(y, at), v.and(load(lanes, add(x, at)), kept));
  });
});

/**
 * (value, gradient, m, v, newValue, newM, newV, bytes, rate, β₁, 1−β₁, β₂, 1−β₂, ε): one Adam step; bias corrections
 * are folded into rate and ε.
 */
export const adam: Routine = routine(
  'adam',
  [...addresses(8), 'f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
  (code) => {
    const [value, gradient, m, second, newValue, newM, newV, bytes] = code.addresses(8);
    const scalar = (i: number): V128 => code.local('v128', v.splat(code.param<'f32'>(8 + i)));
    const [rate, beta1, rest1] = [scalar(0), scalar(1), scalar(2)];
    const [beta2, rest2, epsilon] = [scalar(3), scalar(4), scalar(5)];
    const [g, first, squares] = [code.local('v128'), code.local('v128'), code.local('v128')];
    sweep(code, bytes, (at, lanes) => {
      code.set(g, load(lanes, add(gradient, at)));
      code.set(first, v.add(v.mul(beta1, load(lanes, add(m, at))), v.mul(rest1, g)));
      code.set(squares, v.add(v.mul(beta2, load(lanes, add(second, at))), v.mul(rest2, v.mul(g, g))));
      code.store(lanes, add(newM, at), first);
      code.store(lanes, add(newV, at), squares);
      const step = v.div(v.mul(rate, first), v.add(v.sqrt(squares), epsilon));
      code.store(lanes, add(newValue, at), v.sub(load(lanes, add(value, at)), step));
    });
  },
);
