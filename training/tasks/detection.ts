// Boxes with classes: YOLOv8's loss on the maps of a detector without anchors, mean average precision.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { Metrics } from '../../core/runs/run-record';
import { tf } from '../../native/tf';
import type { Dataset, Targets } from '../data/dataset';
import { requireInputs } from '../data/fit';
import type { Executor } from '../executor/executor';
import { decode, detectionLoss } from '../losses/detection';
import type { Objects } from '../losses/task-aligned';
import { type Judged, meanAveragePrecision, type Truth } from '../metrics/average-precision';
import { type Box, type Detection, suppress } from '../metrics/boxes';
import { eachAnswer } from '../trainer/batches-of';
import type { Task, TaskKind, TaskLoss } from '../trainer/task';
import { answersOf, cellsOf, type Head, headOf, imageSize } from './detection-head';
import { undecoded } from '../../core/graph/undecoded';

export const detection: TaskKind = {
  kind: 'boxes',
  of(graph, data) {
    requireInputs(graph, data);
    return new DetectionTask(graph, headOf(undecoded(graph), data));
  },
};

/** What counts in evaluation, as YOLOv8 validates: scores from here on, overlaps up to here, so many an image. */
const [leastScore, mostOverlap, mostFound] = [0.001, 0.7, 300];
/** Candidates that suppression looks at, best first. */
const mostCandidates = 2000;

class DetectionTask implements Task {
  private readonly size: { readonly height: number; readonly width: number };

  constructor(
    graph: ModelGraph,
    private readonly head: Head,
  ) {
    this.size = imageSize(graph);
  }

  view(graph: ModelGraph): ModelGraph {
    return undecoded(graph);
  }

  loss(outputs: readonly tf.Tensor[], targets: Targets): TaskLoss {
    const { distances, classes } = answersOf(this.head, outputs);
    return { loss: detectionLoss(distances, classes, cellsOf(this.head), this.objects(targets)) };
  }

  terms(targets: Targets): number {
    return rowsOf(targets).length;
  }

  async evaluate(executor: Executor, data: Dataset, signal?: AbortSignal): Promise<Metrics | undefined> {
    const images: Judged[] = [];
    const { height, width } = this.size;
    const done = await eachAnswer(executor, data.test, height * width * 3, signal, async (outputs, batch) => {
      const both = tf.tidy(() => {
        const { distances, classes } = answersOf(this.head, outputs);
        return [decode(distances, cellsOf(this.head)), tf.sigmoid(classes)];
      });
      const [boxes, scores] = (await Promise.all(both.map((one) => one.data()))) as Float32Array[];
      tf.dispose(both);
      const cells = boxes!.length / 4 / batch.count;
      const { classes } = this.head;
      rowsOf(batch.targets).forEach((rows, i) => {
        const found = this.found(
          boxes!.subarray(i * cells * 4, (i + 1) * cells * 4),
          scores!.subarray(i * cells * classes, (i + 1) * cells * classes),
        );
        images.push({ found, truth: this.truth(rows) });
      });
    });
    if (!done) return undefined;
    const { mAP50, mAP50_95 } = meanAveragePrecision(images);
    return { mAP50, 'mAP50-95': mAP50_95 };
  }

  private found(boxes: Float32Array, scores: Float32Array): Detection[] {
    const { classes } = this.head;
    const candidates: Detection[] = [];
    scores.forEach((score, at) => {
      if (score < leastScore) return;
      const cell = Math.floor(at / classes);
      const box = boxes.subarray(cell * 4, cell * 4 + 4) as unknown as Box;
      candidates.push({ box, score, label: at % classes });
    });
    candidates.sort((a, b) => b.score - a.score);
    return suppress(candidates.slice(0, mostCandidates), mostOverlap, mostFound);
  }

  private truth(rows: Float32Array): Truth[] {
    return Array.from({ length: rows.length / 5 }, (_, i) => {
      const [label, cx, cy, w, h] = rows.subarray(i * 5, i * 5 + 5) as unknown as Row;
      const { height, width } = this.size;
      const box: Box = [
        (cx - w / 2) * width,
        (cy - h / 2) * height,
        (cx + w / 2) * width,
        (cy + h / 2) * height,
      ];
      return { label, box };
    });
  }

  /** All images' objects in one tensor, filled up with none. */
  private objects(targets: Targets): Objects {
    const images = rowsOf(targets).map((rows) => this.truth(rows));
    const most = Math.max(1, ...images.map((image) => image.length));
    const { classes } = this.head;
    const boxes = new Float32Array(images.length * most * 4);
    const labels = new Float32Array(images.length * most * classes);
    images.forEach((image, i) =>
      image.forEach(({ box, label }, j) => {
        boxes.set(box, (i * most + j) * 4);
        labels[(i * most + j) * classes + label] = 1;
      }),
    );
    return {
      boxes: tf.tensor3d(boxes, [images.length, most, 4]),
      classes: tf.tensor3d(labels, [images.length, most, classes]),
    };
  }
}

type Row = readonly [number, number, number, number, number];

function rowsOf(targets: Targets): readonly Float32Array[] {
  if (targets.kind !== 'boxes') throw new Error(`a detector cannot learn from ${targets.kind}`);
  return targets.boxes;
}
