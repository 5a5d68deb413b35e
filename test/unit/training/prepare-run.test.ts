// What is checked before a run begins, so that nothing is left behind of one that cannot.
import { expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { DeviceTurns } from '../../../training/trainer/device-turns';
import { prepareRun } from '../../../training/trainer/prepare-run';
import { distDir, tempFolder, tinyRecipe } from './support';

it('refuses a model with an op that can be traced but not computed, with its name and place', async () => {
  const builder = new GraphBuilder('pytorch');
  const shape = [N, 1, 28, 28];
  const graph = builder.finish(
    'Net',
    builder.addUnknown('torch.fft.fft', [builder.input(shape)], [shape], { path: 'mixer' }),
  );
  const wanted = { recipe: tinyRecipe('nm-magnitude'), graph, baseFolder: tempFolder() };
  await expect(prepareRun(wanted, new DeviceTurns(distDir))).rejects.toThrow(
    'Net cannot be run: Espalier has no kernel for torch.fft.fft in mixer',
  );
});
