// One kernel for every op of the op table; a test holds the two tables together.
import type { Kernel } from '../kernel';
import { activations } from './activations';
import { binaries } from './binary';
import { conv2d } from './conv2d';
import { dropout, identity } from './identity';
import { linear } from './linear';
import { matmul } from './matmul';
import { batchNorm2d, layerNorm } from './norm';
import { adaptiveAvgPool2d, avgPool2d, maxPool2d, mean } from './pool';
import { concat, flatten, permute, reshape, zeroPad2d } from './shape';

const all: readonly Kernel[] = [
  conv2d,
  linear,
  batchNorm2d,
  layerNorm,
  ...activations,
  ...binaries,
  concat,
  matmul,
  maxPool2d,
  avgPool2d,
  adaptiveAvgPool2d,
  mean,
  flatten,
  reshape,
  permute,
  zeroPad2d,
  dropout,
  identity,
];

export const kernels: ReadonlyMap<string, Kernel> = new Map(all.map((kernel) => [kernel.op, kernel]));
