// The op table: every operation the model graph knows. Adding an op is adding one file and one line here.
import type { OpDef } from '../op';
import { activations } from './activations';
import { add, binaries } from './binary';
import { batchNorm2d, layerNorm } from './norm';
import { concat } from './concat';
import { conv2d } from './conv2d';
import { dropout, identity } from './identity';
import { flatten, permute, reshape } from './reshape';
import { linear } from './linear';
import { adaptiveAvgPool2d, avgPool2d, maxPool2d, mean } from './pool';
import { matmul } from './matmul';
import { zeroPad2d } from './pad';

const defs: readonly OpDef[] = [
  conv2d,
  linear,
  batchNorm2d,
  layerNorm,
  ...activations,
  add,
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

export const ops: ReadonlyMap<string, OpDef> = new Map(defs.map((def) => [def.kind, def]));
