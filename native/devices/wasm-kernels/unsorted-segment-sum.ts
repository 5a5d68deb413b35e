// Sums rows by segment: the gradient of a lookup, which the WASM backend lacks.
import { allocate, floats, type Info, type KernelCall } from './heap';

export function unsortedSegmentSum({ backend, inputs, attrs }: KernelCall): Info {
  const { x, segmentIds } = inputs as { x: Info; segmentIds: Info };
  const segments = attrs['numSegments'] as number;
  const rest = x.shape.slice(segmentIds.shape.length);
  const size = rest.reduce((n, dim) => n * dim, 1);
  const result = allocate(backend, [segments, ...rest]);
  const out = floats(backend, result);
  out.fill(0);
  const from = floats(backend, x);
  (backend.typedArrayFromHeap(segmentIds) as Int32Array).forEach((segment, row) => {
    if (segment < 0 || segment >= segments) return;
    for (let i = 0; i < size; i++) out[segment * size + i]! += from[row * size + i]!;
  });
  return result;
}
