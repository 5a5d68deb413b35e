// What `espalier train --dry-run` prints: time, memory and latency of a run that is not begun.
import { byteWords } from '../core/byte-words';
import type { RunPreview } from '../core/protocol/training-host';
import { latencyWords, memoryWords, timeWords } from '../core/runs/preview-words';

/** Five lines. */
export function previewText(preview: RunPreview): readonly string[] {
  const { parameters, optimizer, gradients, activations } = preview.memory;
  return [
    `device  ${preview.device.name}`,
    `data    ${preview.data}`,
    `time    ${timeWords(preview)}`,
    `memory  ${memoryWords(preview)}: weights ${byteWords(parameters)}, optimizer ${byteWords(optimizer)}, gradients ${byteWords(gradients)}, activations ${byteWords(activations)}`,
    `latency ${latencyWords(preview)}`,
  ];
}
