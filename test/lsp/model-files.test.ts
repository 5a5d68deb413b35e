// Model files that are no code, through the server: YOLO rows with lens and hover, and what the view of a binary file asks.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFileModel } from '../../core/analysis/model-file';
import type { ModelFileProgress } from '../../core/protocol/language-server';
import { exportOnnx } from '../../training/export/onnx/export';
import { writeSafetensors } from '../../training/export/safetensors';
import { resnet18 } from '../unit/core/support/zoo';
import { randomModel } from '../unit/export/models';
import { Client, exampleFile } from './client';

describe('model files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-files-'));
  const place = (name: string) => path.join(folder, name);
  const uriOf = (name: string) => pathToFileURL(place(name)).href;
  let client: Client;
  beforeAll(async () => void (client = await Client.start({ folder })));
  afterAll(async () => {
    expect(await client.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });
  const ask = (name: string, values: boolean): Promise<ModelFileModel[]> =>
    client.connection.sendRequest('espalier/modelFile', { uri: uriOf(name), values });

  it('of YOLO have a lens at each scale, a hint and a hover at each row, and problems at the row that is wrong', async () => {
    const file = exampleFile('yolo/yolov8.yaml');
    const text = readFileSync(file, 'utf8');
    const uri = await client.open(file, text, 'yaml');
    await client.status(uri, 'exact');
    const lines = text.split('\n');
    const scale = lines.findIndex((line) => line.includes('s: [0.33'));
    const row = lines.findIndex((line) => line.includes('SPPF'));
    const lens = (await client.lensTexts(uri)).find((title) => title.startsWith(`${scale}: `));
    expect(lens).toContain('11,166,560 parameters · 28.8 GFLOPs · 63 of 64 layers prunable');
    const hint = (await client.hints(uri)).find(({ position }) => position.line === row);
    expect(hint?.label).toMatch(/^4 layers · 164,608 params/);
    expect(await client.hover(uri, row, 8)).toContain('model.9.cv1.conv');
    await client.replace(uri, 'SPPF, [1024, 5]', 'SPPF, [1024, wide]');
    await client.status(uri, 'stale', 'failed');
    const [problem] = await client.until('the problem', () => {
      const found = client.diagnostics.get(uri)?.filter(({ severity }) => severity === 1);
      return found && found.length > 0 ? found : undefined;
    });
    expect(problem).toMatchObject({ range: { start: { line: row } }, source: 'espalier' });
    expect(problem!.message).toBe('argument 2 of SPPF (kernel) is "wide", not a positive whole number');
  });

  it('of ONNX are answered with their layers, and with their values when asked', async () => {
    writeFileSync(place('resnet18.onnx'), exportOnnx(randomModel(resnet18())));
    const [quick] = await ask('resnet18.onnx', false);
    expect(quick!.line).toContain('11,689,512 parameters · 3.64 GFLOPs · 21 of 21 layers prunable');
    expect(quick!.rows.every(({ values }) => values === undefined)).toBe(true);
    const told: ModelFileProgress[] = [];
    client.connection.onNotification(
      'espalier/modelFileProgress',
      (one: ModelFileProgress) => void told.push(one),
    );
    const [whole] = await ask('resnet18.onnx', true);
    expect(whole!.rows.every(({ values }) => values !== undefined)).toBe(true);
    expect(told.every(({ uri, done, of }) => uri === uriOf('resnet18.onnx') && done <= of)).toBe(true);
    expect(told.length).toBeGreaterThan(0);
  });

  it('that are damaged or gone are refused in one line', async () => {
    writeFileSync(place('damaged.onnx'), 'no model at all');
    await expect(ask('damaged.onnx', false)).rejects.toThrow(/^[^\n]{5,200}$/);
    await expect(ask('none.safetensors', false)).rejects.toThrow('there is no such file');
  });

  it('are no longer read when nobody waits', async () => {
    const data = new Float32Array(16_000_000).fill(1);
    writeFileSync(
      place('large.safetensors'),
      writeSafetensors(new Map([['w', { shape: [4000, 4000], data }]])),
    );
    const { CancellationTokenSource } = await import('vscode-jsonrpc');
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest(
      'espalier/modelFile',
      { uri: uriOf('large.safetensors'), values: true },
      source.token,
    );
    setTimeout(() => source.cancel(), 30);
    await expect(answer).rejects.toThrow(/cancelled/i);
    const [quick] = await ask('large.safetensors', false);
    expect(quick!.line).toBe('16,000,000 parameters · 1 of 1 layer prunable');
  });
});
