// Packed exports in Python: the snippets of docs/export.md give back what the exporter wrote, value for value.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainedModel } from '../../core/graph/tensor';
import { packMask } from '../../core/sparsity/mask';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { rowScales, toInts, fromInts } from '../../core/quantisation/grid';
import { fromMatrixOrder } from '../../core/sparsity/weight-matrix';
import { wasmDevice } from '../../native/devices/wasm';
import { exportModel, type ExportModelRequest } from '../../training/export/export-model';
import { predictWithExecutor } from '../../training/export/reference';
import { settledMasks } from '../../training/export/settled-masks';
import { readSafetensors, writeSafetensors } from '../../training/export/safetensors';
import { matrixLayers } from '../../training/methods/matrix-layers';
import { randomInputs, randomModel } from '../unit/export/models';
import { convnetGraph, halved } from './export-convnet';

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const isThere = spawnSync(python, ['-c', 'import torch, safetensors']).status === 0;
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-packed-'));
beforeAll(() => wasmDevice(path.resolve('dist')).activate());
afterAll(() => rmSync(folder, { recursive: true }));

const model = halved(randomModel(convnetGraph()));
const { graph } = model;

/** The run's masks, as a checkpoint has them. */
const masks = new Map(
  matrixLayers(graph).flatMap(({ param, node, matrix }) => {
    const values = toMatrixOrder(graph, node, model.weights.get(param)!.data as Float32Array);
    return values.every((value) => value !== 0)
      ? []
      : [[param, packMask([matrix.rows, matrix.cols], values)] as const];
  }),
);

const handBack = (format: string, changes: Partial<ExportModelRequest> = {}) =>
  exportModel({
    ...{ model, masks, format, destination: path.join(folder, format.replace(':', '')) },
    ...{ inputs: randomInputs(model, 3), predict: predictWithExecutor, distDir: path.resolve('dist') },
    ...changes,
  });

/** The Python of a heading of docs/export.md, which finds `file` and leaves `tensors`. */
function snippet(heading: string): string {
  const text = readFileSync('docs/export.md', 'utf8').split(`## ${heading}`)[1] ?? '';
  return /```python\n([^]*?)```/.exec(text)?.[1] ?? 'raise SystemExit("no such snippet")';
}

/** Runs a snippet and answers with the tensors it leaves, as float32. */
function inPython(heading: string, files: Readonly<Record<string, string>>) {
  const script = path.join(folder, 'script.py');
  const answer = path.join(folder, 'answer.safetensors');
  const names = Object.entries(files).map(([name, file]) => `${name} = ${JSON.stringify(file)}\n`);
  const save = `from safetensors.torch import save_file
import torch
save_file({n: torch.as_tensor(t).float().contiguous() for n, t in tensors.items()}, ${JSON.stringify(answer)})\n`;
  writeFileSync(script, `${names.join('')}${snippet(heading)}\n${save}`);
  const { status, stderr } = spawnSync(python, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return readSafetensors(readFileSync(answer)).tensors;
}

function expectSame(found: ReturnType<typeof inPython>, expected: TrainedModel) {
  for (const [name, { shape, data }] of expected.weights) {
    expect(found.get(name)?.shape).toEqual(shape);
    expect(found.get(name)!.data.every((value, i) => value === data[i])).toBe(true);
  }
}

describe('an export', () => {
  it('of masked weights has the masks beside it, and loses them when there are none any more', async () => {
    const destination = path.join(folder, 'sidecar');
    expect((await handBack('safetensors', { destination })).files.map((f) => path.basename(f))).toEqual([
      'convnet.safetensors',
      'convnet.masks.safetensors',
      'convnet.load.py',
    ]);
    await handBack('safetensors', { destination, masks: new Map() });
    expect(readdirSync(destination).sort()).toEqual(['convnet.load.py', 'convnet.safetensors']);
  });

  it('in 2:4 form takes less than 6/10 of the bytes, and refuses a model without zeros', async () => {
    const [dense, packed] = [await handBack('safetensors'), await handBack('2:4')];
    const size = (file: string) => readFileSync(file).length;
    expect(size(packed.files[0]!) / size(dense.files[0]!)).toBeLessThan(0.6);
    const full = randomModel(graph);
    await expect(handBack('2:4', { model: full, masks: new Map() })).rejects.toThrow(
      'no weight of convnet has two zeros in every four',
    );
  });

  it('in whole numbers says what rounding moved, and leaves no mask of weights that live on', async () => {
    const { summary } = await handBack('int8');
    expect(summary).toMatch(/rounding its weights moved them by \d\.\de-\d/);
    expect(settledMasks(randomModel(graph), masks).size).toBe(0);
    expect(settledMasks(model, masks).size).toBe(masks.size);
  });

  it('of weights trained on 8 bits is refused in 4', async () => {
    const [param] = masks.keys();
    const grids = new Map([[param!, { bits: 8 as const, scales: Float32Array.of(1) }]]);
    await expect(handBack('int4', { grids })).rejects.toThrow('trained on 8 bits: export them as int8');
  });

  it('whose weights are not on the grid they should lie on leaves nothing behind', async () => {
    const [layer] = matrixLayers(graph).filter(({ param }) => masks.has(param));
    const scales = new Float32Array(layer!.matrix.rows).fill(0.01);
    const grids = new Map([[layer!.param, { bits: 8 as const, scales }]]);
    const destination = path.join(folder, 'off-grid');
    await expect(handBack('int8', { grids, destination })).rejects.toThrow(
      /^convnet\.int8\.safetensors was not exported: read back, value \d+ of \S+ is [^\n]+$/,
    );
    expect(readdirSync(destination)).toEqual([]);
  });
});

describe.skipIf(!isThere)(`Python reads back${isThere ? '' : ' (torch or safetensors is missing)'}`, () => {
  it('masks, in the order of their weights', async () => {
    const [file, sidecar] = (await handBack('safetensors')).files;
    const found = inPython('Dense weights and masks', { file: file!, sidecar: sidecar! });
    expect(found.size).toBe(masks.size);
    for (const [name, { shape, data }] of found) {
      expect(shape).toEqual(graph.params[name]!.shape);
      const weights = model.weights.get(name)!.data;
      expect(data.every((keep, i) => (keep === 1) === (weights[i] !== 0))).toBe(true);
    }
  });

  it('the 2:4 form', async () => {
    const [file] = (await handBack('2:4')).files;
    expectSame(inPython('2:4, compressed', { file: file! }), model);
  });

  it.each([8, 4] as const)('INT%d that was rounded for the export', async (bits) => {
    let rounded: TrainedModel | undefined;
    const { files } = await handBack(`int${bits}`, {
      predict: (given, inputs) => {
        rounded ??= given;
        return predictWithExecutor(given, inputs);
      },
    });
    expect(rounded).not.toBe(model);
    expectSame(inPython('INT8 and INT4', { file: files[0]! }), rounded!);
  });

  it('INT8 that was trained, with the scales of its inputs', async () => {
    const weights = new Map(model.weights);
    const grids = new Map<string, { bits: 8; scales: Float32Array; input: number }>();
    for (const { param, node, matrix } of matrixLayers(graph).filter((layer) => masks.has(layer.param))) {
      const { shape, data } = weights.get(param)!;
      const values = toMatrixOrder(graph, node, data as Float32Array);
      const scales = rowScales(values, matrix.rows, 8);
      const onGrid = fromInts(toInts(values, scales, 8), scales);
      weights.set(param, { shape, data: fromMatrixOrder(graph, node, onGrid) });
      grids.set(param, { bits: 8, scales, input: 0.5 });
    }
    const trained = { graph, weights };
    const { files, summary } = await handBack('int8', { model: trained, grids });
    expect(summary).not.toContain('rounding');
    expectSame(inPython('INT8 and INT4', { file: files[0]! }), trained);
    const { tensors } = readSafetensors(readFileSync(files[0]!));
    expect(tensors.get(`${[...grids.keys()][0]!}.input_scale`)!.data[0]).toBe(0.5);
  });
});

it('bytes come back as they went in', () => {
  const bytes = writeSafetensors(new Map([['x', { shape: [3], data: Uint8Array.of(0, 128, 255) }]]));
  expect([...readSafetensors(bytes).tensors.get('x')!.data]).toEqual([0, 128, 255]);
});
