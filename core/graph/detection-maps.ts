// The maps that a detector without anchors answers, one a level: what it is known by before there is any data.
import type { GraphNode, ModelGraph, ValueId } from './model-graph';
import { imageAxes } from './op';
import { undecoded } from './undecoded';

/**
 * Before boxes are decoded. Empty where the outputs are something else: maps are as wide as one another in channels, coarser
 * than the image, and made by convolutions that no norm follows.
 */
export function detectionMaps(graph: ModelGraph): readonly ValueId[] {
  const view = undecoded(graph);
  const [image] = view.inputs.map((id) => view.values[id]!.shape);
  if (view.inputs.length !== 1 || image?.length !== 4) return [];
  const { height, width, channel } = imageAxes(view.layout);
  const makers = new Map(view.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const sizes = view.outputs.map((id) => view.values[id]!.shape);
  const fit = sizes.every(
    (shape) =>
      shape.length === 4 &&
      shape[channel] === sizes[0]![channel] &&
      // A cell of one pixel is a segmentation's.
      [height, width].every((axis) => Number(shape[axis]) * 2 <= Number(image[axis])),
  );
  return fit && view.outputs.every((id) => isConvolved(makers, id)) ? view.outputs : [];
}

/** Made by a convolution, or by several side by side. */
function isConvolved(makers: ReadonlyMap<ValueId, GraphNode>, id: ValueId): boolean {
  const maker = makers.get(id);
  if (maker?.op === 'concat') return maker.inputs.every((input) => isConvolved(makers, input));
  return maker?.op === 'conv2d';
}
