// Compares the traced graph with what real PyTorch says about the same files: names, shapes, counts, layer outputs.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../core/graph/model-graph';
import { shapeAt } from '../../core/graph/shape';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const root = path.resolve(import.meta.dirname, '../..');
const python = '/usr/bin/python3';
const torchvision = '/usr/lib/python3/dist-packages/torchvision';

/** Why real PyTorch cannot be asked here; undefined when it can. */
function whyNoTorch(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return `${python} has no torch (Debian: python3-torch)`;
  }
}
const noTorch = whyNoTorch();
if (noTorch) console.warn(`python-exact is skipped: ${noTorch}`);

interface Facts {
  readonly state: readonly (readonly [string, number[]])[];
  readonly params: number;
  readonly outputs: readonly (readonly [string, number[]])[];
  readonly result: number[] | null;
}

const batch = 2;

function askTorch(folder: string, module: string, call: string, input: readonly number[]): Facts {
  const script = path.join(import.meta.dirname, 'python-facts.py');
  const shape = [batch, ...input.slice(1)].join(',');
  const answer = execFileSync(python, [script, folder, module, call, shape], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(answer.trim().split('\n').at(-1)!) as Facts;
}

const stateOf = (graph: ModelGraph) => Object.values(graph.params).map(({ name, shape }) => [name, shape]);
const countOf = (graph: ModelGraph) =>
  Object.values(graph.params)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((n, dim) => n * dim, 1), 0);

/** For each leaf module that PyTorch called, in order, the first output of the node that stands for the call. */
function outputsOf(graph: ModelGraph, leaves: ReadonlySet<string>) {
  return graph.nodes
    .filter(({ path: at }) => leaves.has(at))
    .map(({ path: at, outputs }) => [at, shapeAt(graph.values[outputs[0]!]!.shape, batch)]);
}

function compare(graph: ModelGraph, facts: Facts): void {
  expect(stateOf(graph)).toEqual(facts.state);
  expect(countOf(graph)).toBe(facts.params);
  const leaves = new Set(facts.outputs.map(([at]) => at));
  expect(outputsOf(graph, leaves)).toEqual(facts.outputs);
  expect(shapeAt(graph.values[graph.outputs[0]!]!.shape, batch)).toEqual(facts.result);
}

const inputOf = (graph: ModelGraph) => shapeAt(graph.values[graph.inputs[0]!]!.shape);

describe.runIf(!noTorch)('a traced graph beside real PyTorch', () => {
  let frontend: Frontend;
  beforeAll(() => {
    frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 120_000 });
  });
  afterAll(() => frontend.dispose());

  const trace = (file: string, workspaceFolder: string): Promise<TraceResult> =>
    frontend.trace({ file, text: readFileSync(file, 'utf8'), workspaceFolder }, new AbortController().signal);

  const golden = path.join(root, 'test/golden/pytorch');
  const cases = [
    { file: 'convnet.py', at: path.join(root, 'examples/pytorch'), calls: { convnet: 'convnet()' } },
    { file: 'lenet.py', at: golden, calls: { LeNet: 'LeNet()' } },
    { file: 'vgg.py', at: golden, calls: { vgg_a: 'vgg_a()', vgg_b_bn: 'vgg_b_bn()' } },
    {
      file: 'resnet.py',
      at: golden,
      calls: { resnet_basic: 'resnet_basic()', resnet_bottleneck: 'resnet_bottleneck()' },
    },
    { file: 'mobilenet.py', at: golden, calls: { MobileNetV2: 'MobileNetV2()' } },
    { file: 'densenet.py', at: golden, calls: { DenseNet: 'DenseNet()' } },
    { file: 'mlp.py', at: golden, calls: { MLP: 'model' } },
    { file: 'two_files/net.py', at: golden, calls: { Net: 'Net()' } },
    { file: 'dataclass_config.py', at: golden, calls: { Net: 'Net(Config(classes=5))' } },
    { file: 'vit.py', at: golden, calls: { ViT: 'ViT()' } },
    { file: 'unet.py', at: golden, calls: { net: 'net' } },
    { file: 'partial_norm.py', at: golden, calls: { PartialNet: 'PartialNet()' } },
    { file: 'overridden_reset.py', at: golden, calls: { Net: 'Net()' } },
    // Here torchvision's stand-in is read, since no environment is said; the facts are the real one's.
    ...(existsSync(torchvision)
      ? [{ file: 'torchvision_ops.py', at: golden, calls: { Pyramid: 'Pyramid()' } }]
      : []),
    {
      file: 'many_factories.py',
      at: golden,
      calls: {
        mixer_tiny: 'mixer_tiny()',
        mixer_wide_96: 'mixer_wide_96()',
        mixer_deep_384: 'mixer_deep_384()',
      },
    },
  ];

  it.each(cases)('agrees on $file', async ({ file, at, calls }) => {
    const { models, diagnostics } = await trace(path.join(at, file), at);
    expect(diagnostics).toEqual([]);
    expect(models.map(({ graph }) => graph.name)).toEqual(Object.keys(calls));
    for (const { graph, notes } of models) {
      const call = calls[graph.name as keyof typeof calls]!;
      expect(notes).toEqual([]);
      compare(graph, askTorch(at, file.replace(/\.py$/, '').replaceAll('/', '.'), call, inputOf(graph)));
    }
  });

  describe.runIf(existsSync(torchvision))("torchvision's own sources", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-torchvision-'));
      cpSync(torchvision, path.join(folder, 'torchvision'), {
        recursive: true,
        filter: (from) => !/\.so$|__pycache__/.test(from),
      });
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const families = [
      ['resnet', ['resnet18', 'resnext50_32x4d']],
      ['vgg', ['vgg11_bn']],
      ['mobilenetv2', ['mobilenet_v2']],
      ['densenet', ['densenet121']],
      ['squeezenet', ['squeezenet1_0']],
      ['mobilenetv3', ['mobilenet_v3_small']],
      ['convnext', ['convnext_tiny']],
      ['swin_transformer', ['swin_t']],
      ['regnet', ['regnet_x_400mf']],
    ] as const;

    it.each(families)('agrees on %s', async (family, names) => {
      const { models, diagnostics } = await trace(
        path.join(folder, 'torchvision/models', `${family}.py`),
        folder,
      );
      expect(diagnostics).toEqual([]);
      for (const name of names) {
        const model = models.find(({ graph }) => graph.name === name);
        expect(model?.notes).toEqual([]);
        compare(
          model!.graph,
          askTorch(
            '/usr/lib/python3/dist-packages',
            'torchvision.models',
            `${name}()`,
            inputOf(model!.graph),
          ),
        );
      }
    });
  });
});
