// YOLO files as models: counts that their publishers print, names as PyTorch has them, and what is said of bad rows.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../../core/analysis/analyze';
import { graphCost } from '../../../../core/graph/cost';
import { createYoloFrontend } from '../../../../language-server/frontends/yolo-yaml/frontend';
import { classifier8, version10, version5, version8 } from './networks';

const example = path.resolve('examples/yolo/yolov8.yaml');
const published = readFileSync(example, 'utf8');

const read = (text: string, file = example) =>
  createYoloFrontend().trace({ file, text }, new AbortController().signal);

async function only(text: string, file: string) {
  const { models, diagnostics } = await read(text, file);
  expect(diagnostics).toEqual([]);
  expect(models).toHaveLength(1);
  return models[0]!;
}

describe('YOLOv8', () => {
  it('has the parameters that its publishers count, one model for each scale', async () => {
    const { models, diagnostics } = await read(published);
    expect(diagnostics).toEqual([]);
    expect(models.map(({ graph }) => [graph.name, graphCost(graph).params])).toEqual([
      ['yolov8n', 3157200],
      ['yolov8s', 11166560],
      ['yolov8m', 25902640],
      ['yolov8l', 43691520],
      ['yolov8x', 68229648],
    ]);
    const rows = models.map(({ source }) => published.split('\n')[source!.startLine]!.trim().slice(0, 2));
    expect(rows).toEqual(['n:', 's:', 'm:', 'l:', 'x:']);
  });

  it("has PyTorch's names, and boxes beside classes at the end", async () => {
    const { graph } = await only(published, '/models/yolov8s.yaml');
    expect(graph.name).toBe('yolov8s');
    const shapes = Object.fromEntries(Object.values(graph.params).map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      'model.0.conv.weight': [32, 3, 3, 3],
      'model.0.bn.running_var': [32],
      'model.2.cv1.conv.weight': [64, 64, 1, 1],
      'model.2.m.0.cv2.conv.weight': [32, 32, 3, 3],
      'model.9.cv2.conv.weight': [512, 1024, 1, 1],
      'model.22.cv2.0.0.conv.weight': [64, 128, 3, 3],
      'model.22.cv2.0.2.bias': [64],
      'model.22.cv3.2.2.weight': [80, 128, 1, 1],
      'model.22.dfl.conv.weight': [1, 16, 1, 1],
    });
    expect(graph.outputs.map((id) => graph.values[id]!.shape)).toEqual([[{ batch: 1 }, 84, 8400]]);
  });

  it('puts every layer on its row', async () => {
    const { graph } = await only(published, '/models/yolov8n.yaml');
    const lines = published.split('\n');
    for (const layer of analyze(graph).layers) {
      const row = Number(layer.path.split('.')[1]);
      const module = lines[layer.source[0]!.startLine]!.match(/, (\w+), \[/)?.[1];
      const expected =
        row === 22
          ? 'Detect'
          : row === 9
            ? 'SPPF'
            : /\.m\.|\.cv\d\.conv/.test(layer.path)
              ? 'C2f'
              : undefined;
      if (expected) expect(module).toBe(expected);
    }
  });

  it('is the scale that a comment names, at the size it names', async () => {
    const text = `# espalier: scale=n input=(1, 3, 320, 320)\n${published}`;
    const { graph } = await only(text, '/models/detector.yaml');
    expect(graph.name).toBe('detector-n');
    expect(graphCost(graph).params).toBe(3157200);
    expect(graph.outputs.map((id) => graph.values[id]!.shape)).toEqual([[{ batch: 1 }, 84, 2100]]);
  });
});

describe('the rest of the family has the parameters that its publishers count', () => {
  const counts: [string, string, string, number][] = [
    ['YOLOv5n', version5, 'yolov5n.yaml', 2654816],
    ['YOLOv8n for masks', version8('Segment, [nc, 32, 256]'), 'yolov8n-seg.yaml', 3409968],
    [
      'YOLOv8n for poses',
      version8('Pose, [nc, kpt_shape]', 'nc: 1\nkpt_shape: [17, 3]'),
      'yolov8n-pose.yaml',
      3295470,
    ],
    ['YOLOv8n for classes', classifier8, 'yolov8n-cls.yaml', 2719288],
    ['YOLOv10n', version10, 'yolov10n.yaml', 2775520],
    ['YOLO11n', readFileSync(path.resolve('examples/yolo/yolo11n.yaml'), 'utf8'), 'yolo11n.yaml', 2624080],
  ];
  it.each(counts)('%s', async (_, text, file, params) => {
    expect(graphCost((await only(text, `/models/${file}`)).graph).params).toBe(params);
  });
});

describe('a file that is wrong says where and what, in one line', () => {
  const n = (text: string) => read(text, '/models/yolov8n.yaml');
  const edits: [string, string, string, RegExp][] = [
    [
      'a row that is no list of four',
      '[-1, 3, C2f, [128, True]]',
      '[-1, 3, C2f]',
      /a row is \[from, repeats/,
    ],
    [
      'an index that comes later',
      '[[-1, 6], 1, Concat',
      '[[-1, 16], 1, Concat',
      /from 16 is no row before this one/,
    ],
    ['sizes that do not join', '[[-1, 6], 1, Concat', '[[-1, 2], 1, Concat', /cannot concatenate/],
    ['a wrong argument', 'SPPF, [1024, 5]', 'SPPF, [1024, big]', /argument 2 of SPPF \(kernel\) is "big"/],
    [
      'a missing argument',
      '[-1, 3, C2f, [512]] # 12',
      '[-1, 3, C2f, []] # 12',
      /C2f needs a positive whole number/,
    ],
    ['two rows into one', '[-1, 1, SPPF', '[[4, 6], 1, SPPF', /SPPF takes one row, not 2/],
    ['classes that are no number', 'nc: 80', 'nc: many', /nc is not a number of classes/],
    ['a scale that is none', 'n: [0.33, 0.25, 1024]', 'n: big', /scale n is "big"/],
    ['text that is no YAML', 'nc: 80', 'nc: [80', /./],
  ];
  it.each(edits)('%s', async (_, from, to, message) => {
    expect(published).toContain(from);
    const { models, diagnostics } = await n(published.replace(from, to));
    expect(models).toEqual([]);
    const [first] = diagnostics;
    expect(first?.message).toMatch(message);
    expect(first?.message).not.toContain('\n');
    const at = published.split('\n').findIndex((line) => line.includes(from));
    if (to !== 'nc: [80') expect(first?.range.startLine).toBe(at);
  });

  it('an unknown module is a barrier that is named, and the rest is read', async () => {
    const { models, diagnostics } = await n(published.replace('SPPF, [1024, 5]', 'MyPool, [256]'));
    expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'MyPool is not known to Espalier; its output is taken to be as its input'],
    ]);
    expect(models[0]!.notes).toEqual([
      'row 9: MyPool is not known to Espalier; its output is taken to be as its input',
    ]);
    expect(models[0]!.graph.nodes.find(({ op }) => op === 'unknown')?.attrs).toEqual({ name: 'MyPool' });
  });

  it('is left to others when it is a recipe, or no model', () => {
    const yolo = createYoloFrontend();
    expect(yolo.handles('/a/yolov8.yaml', published)).toBe(true);
    expect(yolo.handles('/a/x.espalier.yaml', published)).toBe(false);
    expect(yolo.handles('/a/data.yaml', 'path: coco\nnc: 80\n')).toBe(false);
  });

  it('never throws, whatever is cut out of it', async () => {
    let state = 7;
    const below = (size: number) => (state = (Math.imul(state, 48271) >>> 0) % 2147483647) % size;
    for (let i = 0; i < 300; i++) {
      const [start, length] = [below(published.length), below(40)];
      const text = published.slice(0, start) + published.slice(start + length);
      const { diagnostics, models } = await n(text);
      for (const { message } of diagnostics) expect(message).toMatch(/^[^\n]{1,400}$/);
      expect(models.length + diagnostics.length).toBeGreaterThan(0);
    }
  });
});
