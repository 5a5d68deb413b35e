// The classification head: a wide pointwise unit, a global average, a linear layer.
import { conv } from './conv';
import { scaled } from './module';

/** As EfficientNet-B0 has before its classifier. */
const hidden = 1280;

export const classifiers = {
  Classify: scaled((place, x, { out, args }) => {
    const kernel = args.whole(0, 'kernel', 1);
    const wide = conv(place.at('conv'), x, hidden, { kernel, stride: args.whole(1, 'stride', 1) });
    const pooled = place.at('pool').add('adaptiveAvgPool2d', [wide], { output: [1, 1] });
    const flat = place.add('flatten', [pooled], { start: 1, end: -1 });
    return place.at('linear').add('linear', [flat], { inFeatures: hidden, outFeatures: out, bias: true });
  }),
};
