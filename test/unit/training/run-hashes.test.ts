// What a run was begun with, as hashes: what changes the trajectory changes them, and nothing else does.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { changesOf, hashesOf } from '../../../training/runs/hashes';
import { tempFolder, tinyNet, tinyRecipe } from './support';

const begun = { recipe: tinyRecipe('nm-magnitude'), graph: tinyNet(), data: { hash: 'd'.repeat(64) } };

it('stay the same through JSON, other places in the source, other devices and checkpoints', async () => {
  const modelFile = path.join(tempFolder(), 'none.py');
  const before = await hashesOf({ ...begun, modelFile });
  const graph = structuredClone(begun.graph);
  for (const node of graph.nodes) Object.assign(node, { source: [{ file: 'moved.py' }] });
  const recipe = tinyRecipe('nm-magnitude', { device: 'webgpu', training: { checkpointEvery: 99 } });
  const same = JSON.parse(JSON.stringify({ ...begun, graph, recipe })) as typeof begun;
  expect(await hashesOf({ ...same, modelFile })).toEqual(before);
  expect(changesOf(before, before, 'x.py')).toEqual({ different: [] });
});

it('name what would make another trajectory, and tell of code without minding it', async () => {
  const modelFile = path.join(tempFolder(), 'net.py');
  writeFileSync(modelFile, 'a = 1');
  const before = await hashesOf({ ...begun, modelFile });
  writeFileSync(modelFile, 'a = 2');
  const now = await hashesOf({
    recipe: tinyRecipe('nm-magnitude', { training: { learningRate: 0.5 } }),
    graph: tinyNet(4),
    data: { hash: 'e'.repeat(64) },
    modelFile,
  });
  const { different, notice } = changesOf(before, now, 'net.py');
  expect(different.map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'its recipe in run.json',
    'the data',
    'its graph.json',
  ]);
  expect(different[1]).toBe('the data (dddddddd → eeeeeeee)');
  expect(notice).toMatch(/^net\.py has changed since the run began; the run goes on with the model/);
  expect(changesOf(undefined, now, 'net.py')).toEqual({ different: [] });
});
