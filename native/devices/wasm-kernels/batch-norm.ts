// Batch normalisation in training, fused: on this backend a broadcast costs more than all the arithmetic.
import { allocate, floats, type Info, type KernelCall } from './heap';

/** inputs x [..., C], scale [C], offset [C]; outputs y, mean [C], variance [C] (biased). attrs: epsilon. */
export function batchNormTrain({ backend, inputs, attrs }: KernelCall): Info[] {
  const { x, scale, offset } = inputs as { x: Info; scale: Info; offset: Info };
  const channels = scale.shape[0]!;
  const [y, mean, variance] = [
    allocate(backend, x.shape),
    allocate(backend, [channels]),
    allocate(backend, [channels]),
  ];
  const from = floats(backend, x);
  const count = from.length / channels;
  const sum = new Float64Array(channels);
  for (let i = 0; i < from.length;) for (let c = 0; c < channels; c++) sum[c]! += from[i++]!;
  for (let c = 0; c < channels; c++) sum[c]! /= count;
  // Two passes: a running sum of squares loses digits where the mean is large.
  const square = new Float64Array(channels);
  for (let i = 0; i < from.length;) {
    for (let c = 0; c < channels; c++) {
      const centred = from[i++]! - sum[c]!;
      square[c]! += centred * centred;
    }
  }
  floats(backend, mean).set(sum);
  floats(backend, variance).set(square.map((value) => value / count));
  const [gamma, beta] = [floats(backend, scale), floats(backend, offset)];
  const a = new Float32Array(channels);
  const b = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    a[c] = gamma[c]! / Math.sqrt(square[c]! / count + (attrs['epsilon'] as number));
    b[c] = beta[c]! - a[c]! * sum[c]!;
  }
  const to = floats(backend, y);
  for (let i = 0; i < to.length;) for (let c = 0; c < channels; c++, i++) to[i] = from[i]! * a[c]! + b[c]!;
  return [y, mean, variance];
}

/**
 * inputs dy, x, scale, mean, variance; outputs dx, dscale, doffset. attrs: epsilon.
 * dx = γ/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)); Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.
 */
export function batchNormGrad({ backend, inputs, attrs }: KernelCall): Info[] {
  const { dy, x, scale, mean, variance } = inputs as Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', Info>;
  const channels = scale.shape[0]!;
  const dx = allocate(backend, x.shape);
  const [dscale, doffset] = [allocate(backend, [channels]), allocate(backend, [channels])];
  const [image, gradient, to] = [floats(backend, x), floats(backend, dy), floats(backend, dx)];
  const [mu, sigma2, gamma] = [floats(backend, mean), floats(backend, variance), floats(backend, scale)];
  const count = image.length / channels;
  const inverse = Float64Array.from(sigma2, (value) => 1 / Math.sqrt(value + (attrs['epsilon'] as number)));
  const sumDy = new Float64Array(channels);
  const sumDyX = new Float64Array(channels);
  for (let i = 0; i < image.length;) {
    for (let c = 0; c < channels; c++, i++) {
      sumDy[c]! += gradient[i]!;
      sumDyX[c]! += gradient[i]! * (image[i]! - mu[c]!);
    }
  }
  // dx = p · dy + q · x + r, a line per channel.
  const [p, q, r] = [new Float32Array(channels), new Float32Array(channels), new Float32Array(channels)];
  for (let c = 0; c < channels; c++) {
    const scaled = gamma[c]! * inverse[c]!;
    p[c] = scaled;
    q[c] = (-scaled * inverse[c]! * inverse[c]! * sumDyX[c]!) / count;
    r[c] = (-scaled * sumDy[c]!) / count - q[c]! * mu[c]!;
  }
  for (let i = 0; i < to.length;) {
    for (let c = 0; c < channels; c++, i++) to[i] = p[c]! * gradient[i]! + q[c]! * image[i]! + r[c]!;
  }
  floats(backend, dscale).set(sumDyX.map((value, c) => value * inverse[c]!));
  floats(backend, doffset).set(sumDy);
  return [dx, dscale, doffset];
}
