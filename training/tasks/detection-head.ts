// What a detector's maps mean: at each cell four distributions of distances and a score a class, level by level.
import type { Layout, ModelGraph } from '../../core/graph/model-graph';
import { formatShape, type Shape } from '../../core/graph/shape';
import { tf } from '../../native/tf';
import type { Dataset } from '../data/dataset';
import { inputsOf } from '../data/load';
import type { Cells } from '../losses/detection';

export interface Level {
  readonly height: number;
  readonly width: number;
  /** Pixels a cell. */
  readonly stride: number;
}

export interface Head {
  readonly layout: Layout;
  /** Whole numbers that a distance is a distribution over, in strides. */
  readonly bins: number;
  readonly classes: number;
  readonly levels: readonly Level[];
}

/** Of the images that a model takes, in pixels. */
export function imageSize(graph: ModelGraph): { readonly height: number; readonly width: number } {
  const [height = 0, width = 0] = inputsOf(graph)[0]?.shape ?? [];
  return { height, width };
}

/** Throws one line when the outputs are not the maps of a detector for so many classes. */
export function headOf(graph: ModelGraph, { name, targets }: Dataset): Head {
  const classes = targets.kind === 'boxes' ? targets.classes : 0;
  const { height, width } = imageSize(graph);
  const maps = graph.outputs.map((id) => mapOf(graph, graph.values[id]!.shape));
  const [first] = maps;
  const wrong = (answer: string) =>
    new Error(
      `${graph.name} answers ${answer}; a detector for the ${classes} classes of ${name} answers one map a level, with 4 × bins + ${classes} channels`,
    );
  if (!first) throw wrong(graph.outputs.map((id) => formatShape(graph.values[id]!.shape)).join(' and '));
  const bins = (first.channels - classes) / 4;
  const levels = maps.map((map, i) => {
    const shape = formatShape(graph.values[graph.outputs[i]!]!.shape);
    const stride = map ? height / map.height : 0;
    if (!map || map.channels !== first.channels || !Number.isInteger(bins) || bins < 2) throw wrong(shape);
    if (!Number.isInteger(stride) || width / map.width !== stride)
      throw new Error(
        `${graph.name} answers a map of ${map.height}×${map.width} cells for images of ${height}×${width}: its cells are no whole number of pixels`,
      );
    return { height: map.height, width: map.width, stride };
  });
  return { layout: graph.layout, bins, classes, levels };
}

function mapOf(
  { layout }: ModelGraph,
  shape: Shape,
): { channels: number; height: number; width: number } | undefined {
  if (shape.length !== 4) return undefined;
  const [a, b, c] = shape.slice(1).map(Number) as [number, number, number];
  return layout === 'NCHW' ? { channels: a, height: b, width: c } : { channels: c, height: a, width: b };
}

export interface Answers {
  /** batch × cells × 4 × bins. */
  readonly distances: tf.Tensor4D;
  /** batch × cells × classes. */
  readonly classes: tf.Tensor3D;
}

/** The cells of all levels, one after another. */
export function answersOf({ layout, bins, classes }: Head, outputs: readonly tf.Tensor[]): Answers {
  const rows = outputs.map((map) => {
    const last = layout === 'NCHW' ? tf.transpose(map, [0, 2, 3, 1]) : map;
    return tf.reshape(last, [map.shape[0], -1, 4 * bins + classes]);
  });
  const all = rows.length === 1 ? rows[0]! : tf.concat(rows, 1);
  const [distances, scores] = tf.split(all, [4 * bins, classes], -1) as [tf.Tensor, tf.Tensor];
  return {
    distances: tf.reshape(distances, [distances.shape[0], -1, 4, bins]),
    classes: scores as tf.Tensor3D,
  };
}

export function cellsOf({ levels }: Head): Cells {
  const places = levels.flatMap(({ height, width, stride }) =>
    Array.from({ length: height * width }, (_, i) => ({
      centre: [((i % width) + 0.5) * stride, (Math.floor(i / width) + 0.5) * stride],
      stride,
    })),
  );
  return {
    centres: tf.tensor2d(
      places.flatMap(({ centre }) => centre),
      [places.length, 2],
    ),
    strides: tf.tensor2d(
      places.map(({ stride }) => stride),
      [places.length, 1],
    ),
  };
}
