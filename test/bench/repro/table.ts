// The reproductions there are, by method. Adding one is a folder here and a line below.
import { cast } from './cast/reproduction';
import { gpusqVit } from './gpusq-vit/reproduction';
import { maskSparsity } from './mask-sparsity/reproduction';
import { pst } from './pst/reproduction';
import type { Reproduction } from './reproduction';
import { magnitudePruning } from './unstructured/magnitude';
import { riglReproduction } from './unstructured/rigl';
import { yoloCompression } from './yolo-compression/reproduction';

const all: readonly Reproduction[] = [
  ...[cast, maskSparsity, gpusqVit, pst, yoloCompression],
  ...[magnitudePruning, riglReproduction],
];

export const reproductions: ReadonlyMap<string, Reproduction> = new Map(all.map((one) => [one.id, one]));
