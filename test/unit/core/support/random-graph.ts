// Small random graphs of convolutions, norms, additions, concatenations, flattens and linears.
import type { Framework, ModelGraph } from '../../../../core/graph/model-graph';
import { Net } from './net';
import type { Random } from './random';

/** Every image in it is 4×4; widths are small and share factors, so that additions and groups find partners. */
export function randomGraph(framework: Framework, random: Random): ModelGraph {
  const net = new Net(framework);
  const images = [net.image(2, 4)];
  let count = 0;
  const path = () => `layer${count++}`;
  const steps: Record<string, (x: string) => string | undefined> = {
    conv: (x) => net.conv(x, random.pick([2, 3, 4, 6, 8]), path(), { bias: random.next() < 0.5 }),
    norm: (x) => net.norm(x, path()),
    relu: (x) => net.relu(x),
    add(x) {
      const partners = images.filter((y) => net.channels(y) === net.channels(x));
      return net.add(x, random.pick(partners));
    },
    concat: (x) => (net.channels(x) < 16 ? net.concat(x, random.pick(images)) : undefined),
    depthwise(x) {
      const channels = net.channels(x);
      return channels > 1
        ? net.conv(x, channels * random.pick([1, 2]), path(), { groups: channels })
        : undefined;
    },
    grouped: (x) =>
      net.channels(x) % 4 === 0 ? net.conv(x, random.pick([4, 8]), path(), { groups: 2 }) : undefined,
    excite(x) {
      const scale = net.project(net.pool(x, true), net.channels(x), path());
      return net.op('mul', [x, net.op('sigmoid', [scale])]);
    },
    gate(x) {
      const half = net.channels(x) / 2;
      if (!Number.isInteger(half)) return undefined;
      const axis = net.builder.layout === 'NCHW' ? 1 : 3;
      const [a, b] = [0, half].map((start) => net.op('slice', [x], { axis, start, length: half }));
      return net.op('mul', [a!, net.op('sigmoid', [b!])]);
    },
    cut(x) {
      const channels = net.channels(x);
      if (channels < 3) return undefined;
      const [axis, start] = [net.builder.layout === 'NCHW' ? 1 : 3, random.below(channels - 2)];
      return net.op('slice', [x], { axis, start, length: 1 + random.below(channels - start - 1) });
    },
    repeated: (x) =>
      net.channels(x) < 9
        ? net.op('repeatInterleave', [x], { axis: net.builder.layout === 'NCHW' ? 1 : 3, count: 2 })
        : undefined,
    scale(x) {
      const shape = net.builder.layout === 'NCHW' ? [net.channels(x), 1, 1] : [net.channels(x)];
      return net.op('mul', [x, net.op('parameter', [], { shape, param: path() })]);
    },
    twice(x) {
      const shared = path();
      return net.conv(net.relu(net.conv(x, net.channels(x), shared)), net.channels(x), shared);
    },
  };
  for (let i = 0; i < 10; i++) {
    const step = steps[random.pick(Object.keys(steps))]!;
    const y = step(random.next() < 0.6 ? images.at(-1)! : random.pick(images));
    if (y !== undefined) images.push(y);
  }
  const last = net.concat(...new Set([images.at(-1)!, random.pick(images)]));
  const flat = random.pick([() => net.flatten(last), () => net.pool(last)])();
  const hidden = net.norm(net.linear(flat, 6, path()), path());
  const joined = random.next() < 0.3 ? net.concat(hidden, flat) : hidden;
  return net.finish(net.linear(joined, 3, path()));
}
