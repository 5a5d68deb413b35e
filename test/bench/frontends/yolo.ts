// YOLOv8 at its five sizes, beside the numbers that its publishers print for them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Case, Corpus, Facts } from './corpus';

/** Parameters as built; then millions of parameters and GFLOPs at 640×640 of the model whose norms are folded. */
const published: Readonly<Record<string, readonly [params: number, millions: string, gflops: string]>> = {
  yolov8n: [3157200, '3.2', '8.7'],
  yolov8s: [11166560, '11.2', '28.6'],
  yolov8m: [25902640, '25.9', '78.9'],
  yolov8l: [43691520, '43.7', '165.2'],
  yolov8x: [68229648, '68.2', '257.8'],
};

export const yolo: Corpus = {
  id: 'yolo',
  title: 'YOLOv8 yaml',
  goals: { count: 1, fused: 1 },

  load() {
    const text = readFileSync(path.join(process.cwd(), 'examples/yolo/yolov8.yaml'), 'utf8');
    return Promise.resolve({
      version: 'the tables of Ultralytics 8',
      // The same text each time: the file's name says which size is meant.
      cases: Object.keys(published).map((id): Case => ({ id, file: `${id}.yaml`, text, model: id })),
      packages: [],
      facts: (cases) => Promise.resolve(cases.map(({ id }) => factsOf(id))),
    });
  },
};

function factsOf(id: string): Facts {
  const [params, millions, gflops] = published[id]!;
  return { params, state: null, outputs: null, result: null, fused: { millions, gflops } };
}
