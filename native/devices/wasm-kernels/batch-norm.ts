// Batch normalisation in training, fused: on this backend a broadcast costs more than all the arithmetic.
import { allocate, floats, free, type Info, type KernelCall } from './heap';
import { address, simd } from './simd/module';

/** inputs x [..., C], scale [C], offset [C]; outputs y, mean [C], variance [C] (biased). attrs: epsilon. */
export function batchNormTrain({ backend, inputs, attrs }: KernelCall): Info[] {
  const { x, scale, offset } = inputs as Record<'x' | 'scale' | 'offset', Info>;
  const channels = scale.shape[0]!;
  const y = allocate(backend, x.shape);
  const [mean, variance, slope, shift] = [1, 2, 3, 4].map(() => allocate(backend, [channels])) as [
    Info,
    Info,
    Info,
    Info,
  ];
  const rows = x.shape.slice(0, -1).reduce((n, dim) => n * dim, 1);
  const at = (tensor: Info) => address(backend, tensor);

  const mu = floats(backend, mean).fill(0);
  simd(backend, 'sums', at(x), at(mean), rows, 4 * channels);
  for (let c = 0; c < channels; c++) mu[c]! /= rows;
  // Two passes: a running sum of squares loses digits where the mean is large.
  const sigma2 = floats(backend, variance).fill(0);
  simd(backend, 'squares', at(x), at(mean), at(variance), rows, 4 * channels);
  const [gamma, beta] = [floats(backend, scale), floats(backend, offset)];
  const [a, b] = [floats(backend, slope), floats(backend, shift)];
  for (let c = 0; c < channels; c++) {
    sigma2[c]! /= rows;
    a[c] = gamma[c]! / Math.sqrt(sigma2[c]! + (attrs['epsilon'] as number));
    b[c] = beta[c]! - a[c]! * mu[c]!;
  }
  simd(backend, 'line', at(x), at(slope), at(shift), at(y), rows, 4 * channels);
  free(backend, slope, shift);
  return [y, mean, variance];
}

/**
 * inputs dy, x, scale, mean, variance; outputs dx, dscale, doffset. attrs: epsilon.
 * dx = γ/σ · (dy − mean(dy) − x̂ · mean(dy · x̂)); Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.
 */
export function batchNormGrad({ backend, inputs, attrs }: KernelCall): Info[] {
  const { dy, x, scale, mean, variance } = inputs as Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', Info>;
  const channels = scale.shape[0]!;
  const rows = x.shape.slice(0, -1).reduce((n, dim) => n * dim, 1);
  const dx = allocate(backend, x.shape);
  const [dscale, doffset, ofDy, ofX, constant] = [1, 2, 3, 4, 5].map(() => allocate(backend, [channels])) as [
    Info,
    Info,
    Info,
    Info,
    Info,
  ];
  const at = (tensor: Info) => address(backend, tensor);

  const [sumDyX, sumDy] = [floats(backend, dscale).fill(0), floats(backend, doffset).fill(0)];
  simd(backend, 'gradientSums', at(dy), at(x), at(mean), at(doffset), at(dscale), rows, 4 * channels);
  const [mu, sigma2, gamma] = [floats(backend, mean), floats(backend, variance), floats(backend, scale)];
  const [p, q, r] = [floats(backend, ofDy), floats(backend, ofX), floats(backend, constant)];
  // dx = p · dy + q · x + r, a plane per channel.
  for (let c = 0; c < channels; c++) {
    const inverse = 1 / Math.sqrt(sigma2[c]! + (attrs['epsilon'] as number));
    sumDyX[c]! *= inverse;
    p[c] = gamma[c]! * inverse;
    q[c] = (-p[c]! * inverse * sumDyX[c]!) / rows;
    r[c] = (-p[c]! * sumDy[c]!) / rows - q[c]! * mu[c]!;
  }
  simd(backend, 'plane', at(dy), at(x), at(ofDy), at(ofX), at(constant), at(dx), rows, 4 * channels);
  free(backend, ofDy, ofX, constant);
  return [dx, dscale, doffset];
}
