// What is checked before a run begins, so that nothing is left behind of one that cannot.
import { expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { DeviceTurns } from '../../../training/trainer/device-turns';
import { prepareRun } from '../../../training/trainer/prepare-run';
import { distDir, tempFolder, tinyRecipe } from './support';

it('refuses a model with an op that can be traced but not computed, with its name and place', async () => {
  const builder = new GraphBuilder('pytorch');
  const size = { size: [56, 56], mode: 'nearest' };
  const graph = builder.finish(
    'Net',
    builder.add('interpolate', [builder.input([N, 1, 28, 28])], size, { path: 'up' }),
  );
  const wanted = { recipe: tinyRecipe('nm-magnitude'), graph, baseFolder: tempFolder() };
  await expect(prepareRun(wanted, new DeviceTurns(distDir))).rejects.toThrow(
    'Net cannot be run: Espalier has no kernel for interpolate in up',
  );
});
