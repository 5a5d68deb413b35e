// What `espalier train --dry-run` prints: time and memory of a run that is not begun.
import { byteWords } from '../core/byte-words';
import type { RunPreview } from '../core/protocol/training-host';

/** Four lines. */
export function previewText({
  device,
  data,
  totalSteps,
  secondsPerStep,
  memory,
  room,
}: RunPreview): readonly string[] {
  const { parameters, optimizer, gradients, activations, total } = memory;
  const has = room === undefined ? '' : ` of ${byteWords(room)}`;
  return [
    `device  ${device.name}`,
    `data    ${data}`,
    `time    about ${duration(totalSteps * secondsPerStep)}: ${totalSteps} steps of ${(1000 * secondsPerStep).toPrecision(3)} ms, evaluation apart`,
    `memory  about ${byteWords(total)}${has}: weights ${byteWords(parameters)}, optimizer ${byteWords(optimizer)}, gradients ${byteWords(gradients)}, activations ${byteWords(activations)}`,
  ];
}

/** `40 s`, `12 min`, `3.5 h`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
