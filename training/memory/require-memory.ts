// Refuses a run that its device has no memory for, before it begins, with what would fit.
import { byteWords } from '../../core/byte-words';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { DeviceInfo } from '../../core/protocol/training-host';
import type { TrainingSpec } from '../../core/recipe/recipe';
import { estimateMemory, type MemoryEstimate } from './estimate';
import { partsThatFit } from './fit-memory';

/** @throws one line when the run needs more than the device has, unless ESPALIER_ANY_MEMORY is set. */
export function requireMemory(graph: ModelGraph, training: TrainingSpec, device: DeviceInfo): MemoryEstimate {
  const estimate = estimateMemory(graph, training);
  const room = device.memory ?? Infinity;
  if (estimate.total <= room || process.env['ESPALIER_ANY_MEMORY']) return estimate;
  throw new Error(
    `${graph.name} needs about ${byteWords(estimate.total)} to train with batch ${training.batch}; ${device.name} has ${byteWords(room)}: ${advice(graph, training, room)}, or set ESPALIER_ANY_MEMORY=1 to try anyway`,
  );
}

/** Parts keep the steps the same, but for BatchNorm. */
function advice(graph: ModelGraph, training: TrainingSpec, room: number): string {
  const parts = partsThatFit(graph, training, room);
  return parts === undefined
    ? 'not even one sample fits: try another device'
    : `try training.accumulate ${parts}, or a smaller training.batch`;
}
