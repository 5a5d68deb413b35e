// Answers `tfjs/load`: reads a TF.js model file's topologies. The extension asks only in a trusted workspace.
import type { TrainingHostRequests } from '../../core/protocol/training-host';
import type { Handlers } from '../../core/protocol/typed';
import { loadTfjsModels } from '../tfjs-model/load';

export function tfjsHandlers({
  distDir,
}: {
  readonly distDir: string;
}): Pick<Handlers<TrainingHostRequests>, 'tfjs/load'> {
  return { 'tfjs/load': ({ file, text }) => loadTfjsModels(file, text, { distDir }) };
}
