// TF.js `model.json` files that TF.js itself saves: layers, weights, zeros; and what is said of those that are none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../core/analysis/analyze';
import { isTwoFour } from '../../../core/sparsity/value-facts';
import { createTfjsJsonFrontend } from '../../../language-server/frontends/tfjs-json/frontend';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-tfjs-'));
const file = path.join(folder, 'model.json');
const frontend = createTfjsJsonFrontend();
const read = (text: string, values = true) =>
  frontend.trace({ file, text, values }, new AbortController().signal);
let text = '';
let params = 0;

beforeAll(async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        name: 'conv',
        inputShape: [8, 8, 4],
        filters: 8,
        kernelSize: 3,
        activation: 'relu',
      }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ name: 'head', units: 10 }),
    ],
  });
  // 2:4 along the inputs of the convolution (height × width × in × out), and one dead class.
  const mask = (shape: number[], keep: (i: number) => boolean) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, (_, i) => (keep(i) ? 1 : 0)),
      shape,
    );
  const masks: Readonly<Record<string, tf.Tensor>> = {
    'conv/kernel': mask([3, 3, 4, 8], (i) => Math.floor(i / 8) % 4 < 2),
    'head/kernel': mask([288, 10], (i) => i % 10 !== 7),
  };
  const values = model.getWeights();
  model.setWeights(model.weights.map(({ name }, i) => tf.mul(values[i]!, masks[name] ?? 1)));
  params = model.countParams();
  await model.save({
    save: ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
      // Two shards, cut inside a number.
      writeFileSync(path.join(folder, 'one.bin'), bytes.subarray(0, 1001));
      writeFileSync(path.join(folder, 'two.bin'), bytes.subarray(1001));
      const weightsManifest = [{ paths: ['one.bin', 'two.bin'], weights: weightSpecs }];
      text = JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }, null, 1);
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a model.json', () => {
  it('is read as the model that was saved, without running it', async () => {
    const { models, diagnostics } = await read(text);
    expect(diagnostics).toEqual([]);
    const report = analyze(models[0]!.graph, models[0]);
    expect(report.totals.params + report.totals.buffers).toBe(params);
    expect(report.layers.map(({ op }) => op)).toEqual(['conv2d', 'batchNorm2d', 'linear']);
    expect(text.split('\n')[report.source!.startLine]).toContain('modelTopology');
  });

  it('tells which of its weights are sparse already', async () => {
    const { models } = await read(text);
    const valuesOf = (name: string) => models[0]!.weights!.find((entry) => entry.name === name)!.values!;
    expect(isTwoFour(valuesOf('conv/kernel'))).toBe(true);
    expect(valuesOf('conv/kernel').zeros).toBe(144);
    expect(valuesOf('head/kernel')).toMatchObject({ zeroOutputs: 1, zeroInputs: 0 });
  });

  it('whose shards are gone is read all the same', async () => {
    const { models } = await read(text.replace('two.bin', 'three.bin'));
    expect(models[0]!.notes).toEqual(['three.bin: is not there; what its weights hold is not known']);
    expect(models[0]!.weights![0]!.values).toBeUndefined();
    const outside = await read(text.replace('two.bin', '../../etc/passwd'));
    expect(outside.models[0]!.notes[0]).toContain('is no file beside it');
  });

  it('with a layer that nobody knows counts its weights', async () => {
    const { models } = await read(text.replace('"class_name": "Dense"', '"class_name": "Strange"'));
    const report = analyze(models[0]!.graph, models[0]);
    expect(report.totals.params + report.totals.buffers).toBe(params);
    expect(report.notes[0]).toContain('Strange is not known');
  });

  it('that holds a graph model is refused by name', async () => {
    const { models, diagnostics } = await read('{"format":"graph-model","modelTopology":{"node":[]}}');
    expect(models).toEqual([]);
    expect(diagnostics[0]!.message).toMatch(/^this is a graph model/);
  });

  it('that is damaged is one line, wherever', async () => {
    for (let at = 0; at < text.length; at += 37) {
      for (const damaged of [text.slice(0, at), text.slice(0, at) + text.slice(at + 23)]) {
        const { models, diagnostics } = await read(damaged, false);
        expect(models.length + diagnostics.length).toBe(1);
        for (const { message } of diagnostics) expect(message).toMatch(/^[^\n]{5,300}$/);
      }
    }
  });

  it('is left to others when it is another JSON', () => {
    expect(frontend.handles('/a/model.json', text)).toBe(true);
    expect(frontend.handles('/a/package.json', '{"name":"x"}')).toBe(false);
  });
});
