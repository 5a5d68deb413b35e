// Model files that are no code, on the command line: YOLO yaml, ONNX, safetensors, and files that are none.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportOnnx } from '../../training/export/onnx/export';
import { writeSafetensors } from '../../training/export/safetensors';
import { randomModel } from '../unit/export/models';
import { convnetGraph, halved } from './export-convnet';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-cli-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(file: string, ...options: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.cjs'), 'analyze', file, ...options],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe('espalier analyze', () => {
  it('reads a YOLO file, one model for each scale', () => {
    const { status, stdout } = analyze(path.join(root, 'examples/yolo/yolov8.yaml'));
    expect(status).toBe(0);
    const heads = stdout
      .split('\n')
      .flatMap((line) => /^(\w+) \(yolo\): ([\d,]+) parameters/.exec(line)?.slice(1) ?? []);
    expect(heads).toEqual([
      ...['yolov8n', '3,157,200', 'yolov8s', '11,166,560', 'yolov8m', '25,902,640'],
      ...['yolov8l', '43,691,520', 'yolov8x', '68,229,648'],
    ]);
    expect(stdout).toMatch(/model\.22\.cv2\.0\.0\.conv +conv2d/);
  });

  it('reads an ONNX file, and says what is sparse in it already', () => {
    // Half of every matrix is zero: two of every four along the inputs of the head, which lie next to each other there.
    writeFileSync(path.join(folder, 'convnet.onnx'), exportOnnx(halved(randomModel(convnetGraph()))));
    const { status, stdout } = analyze('convnet.onnx');
    expect(status).toBe(0);
    expect(stdout).toContain('convnet (onnx): 77,754 parameters');
    expect(stdout).toMatch(/^head +linear +N×10 .* F32 +50 % zeros · 2:4 already$/m);
    expect(stdout).toMatch(/^layers\.0\.conv1 +conv2d .* F32 +50 % zeros/m);
  });

  it('reads a file of weights, and says so where nothing is computed', () => {
    const { weights } = randomModel(convnetGraph());
    writeFileSync(path.join(folder, 'convnet.safetensors'), writeSafetensors(weights));
    const { status, stdout } = analyze('convnet.safetensors');
    expect(status).toBe(0);
    expect(stdout).toContain('convnet (pytorch): 77,754 parameters · ');
    expect(stdout).not.toContain('FLOPs');
    expect(stdout).toMatch(/^head +10×64 .* F32 +0 % zeros$/m);
  });

  it.each([
    ['damaged.onnx', 'not a model', /damaged\.onnx:1: /],
    ['damaged.safetensors', 'not weights', /damaged\.safetensors:1: safetensors: /],
    ['data.yaml', 'path: coco\n', /data\.yaml is not a model file/],
    [
      'model.json',
      '{"format":"graph-model","modelTopology":{"node":[]}}',
      /model\.json:1: this is a graph model/,
    ],
  ])('refuses %s in one line', (name, content, message) => {
    writeFileSync(path.join(folder, name), content);
    const { status, stderr } = analyze(name);
    expect(status).toBe(2);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });
});
