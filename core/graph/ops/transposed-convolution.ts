// Transposed ("de-")convolution over one, two or three dimensions.
import { each } from '../attributes';
import { channelAxis, type OpDef, spatialAxes } from '../op';
import { elements, formatShape, isBatch, ShapeError } from '../shape';
import { requireChannels, weights, widths } from './convolution';
import { spatial, windowSize } from './window';

/** attrs: those of a convolution and `outputPadding`. Weight: in × out/groups × kernel, as in PyTorch. */
const transposed = (count: number): OpDef => {
  const kind = `convTranspose${count}d`;
  return {
    kind,
    sparseWeight: 'weight',
    couple: 'mix',

    params(attrs) {
      const { channels, out, outPerGroup } = widths(attrs);
      return weights([channels, outPerGroup], ['in', 'out'], out, attrs, count);
    },

    shape([given], attrs, { layout }) {
      const x = spatial(given, count, kind);
      const axis = channelAxis(x.length, layout);
      requireChannels(x, axis, attrs, kind);
      const y = [...x];
      y[axis] = widths(attrs).out;
      spatialAxes(x.length, layout).forEach((at, which) => {
        const size = x[at]!;
        if (isBatch(size))
          throw new ShapeError(`a window cannot slide over the batch dimension of ${formatShape(x)}`);
        const of = (key: string, fallback?: number) => each(attrs, key, count, fallback)[which]!;
        const [kernel, stride, dilation] = [of('kernel'), of('stride', 1), of('dilation', 1)];
        const same = attrs['padding'] === 'same';
        const padding = same || attrs['padding'] === 'valid' ? 0 : of('padding', 0);
        const full = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + of('outputPadding', 0) + 1;
        // Keras: 'same' makes each step of the input `stride` wide, 'valid' leaves whole windows.
        const out = same ? size * stride : full;
        if (!Number.isInteger(out) || out < 1)
          throw new ShapeError(
            `a transposed ${kernel}-wide window leaves nothing of ${formatShape(x)} with padding ${padding}`,
          );
        y[at] = out;
      });
      return [y];
    },

    // Each input position is multiplied into a whole window of the output.
    macs: ({ inputs: [x], attrs }) => elements(x!) * widths(attrs).outPerGroup * windowSize(attrs, count),
    flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
  };
};

export const transposedConvolutions: readonly OpDef[] = [1, 2, 3].map(transposed);
