// Networks whose sizes everyone knows, layer by layer as torchvision builds them.
import type { ModelGraph } from '../../../../core/graph/model-graph';
import { Net } from './net';

const maxPool = (net: Net, x: string) =>
  net.op('maxPool2d', [x], { kernel: 3, stride: 2, padding: 1, dilation: 1, ceilMode: false });

/** Pool to 1×1, flatten, classify. */
function head(net: Net, x: string, path: string): ModelGraph {
  const pooled = net.op('adaptiveAvgPool2d', [x], { output: 1 });
  return net.finish(net.linear(net.flatten(pooled), 1000, path));
}

export function resnet18(): ModelGraph {
  const net = new Net();
  let x = net.conv(net.image(3, 224), 64, 'conv1', { kernel: 7, stride: 2, padding: 3 });
  x = maxPool(net, net.relu(net.norm(x, 'bn1')));
  [64, 128, 256, 512].forEach((width, stage) => {
    for (const block of [0, 1]) {
      const path = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const one = net.relu(net.norm(net.conv(x, width, `${path}.conv1`, { stride }), `${path}.bn1`));
      const two = net.norm(net.conv(one, width, `${path}.conv2`), `${path}.bn2`);
      const down = `${path}.downsample`;
      const same = stride === 1 ? x : net.norm(net.project(x, width, `${down}.0`, { stride }), `${down}.1`);
      x = net.relu(net.add(two, same));
    }
  });
  return head(net, x, 'fc');
}

export function densenet121(): ModelGraph {
  const net = new Net();
  let x = net.conv(net.image(3, 224), 64, 'features.conv0', { kernel: 7, stride: 2, padding: 3 });
  x = maxPool(net, net.relu(net.norm(x, 'features.norm0')));
  [6, 12, 24, 16].forEach((layers, i) => {
    for (let layer = 1; layer <= layers; layer++) {
      const path = `features.denseblock${i + 1}.denselayer${layer}`;
      const narrow = net.project(net.relu(net.norm(x, `${path}.norm1`)), 128, `${path}.conv1`);
      const grown = net.conv(net.relu(net.norm(narrow, `${path}.norm2`)), 32, `${path}.conv2`);
      x = net.concat(x, grown);
    }
    if (i === 3) return;
    const path = `features.transition${i + 1}`;
    x = net.project(net.relu(net.norm(x, `${path}.norm`)), net.channels(x) / 2, `${path}.conv`);
    x = net.op('avgPool2d', [x], { kernel: 2, stride: 2, padding: 0, ceilMode: false });
  });
  return head(net, net.relu(net.norm(x, 'features.norm5')), 'classifier');
}

export function mobilenetV2(): ModelGraph {
  const net = new Net();
  const unit = (x: string, out: number, path: string, extra = {}) =>
    net.op('relu6', [net.norm(net.conv(x, out, `${path}.0`, extra), `${path}.1`)]);
  let x = unit(net.image(3, 224), 32, 'features.0', { stride: 2 });
  const stages = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  let index = 1;
  for (const [expand, width, repeats, first] of stages) {
    for (let i = 0; i < repeats; i++) {
      const path = `features.${index++}.conv`;
      const [stride, inputs] = [i === 0 ? first : 1, net.channels(x)];
      let y = x;
      if (expand > 1) y = unit(y, inputs * expand, `${path}.0`, { kernel: 1, padding: 0 });
      const hidden = net.channels(y);
      y = unit(y, hidden, `${path}.dw`, { stride, groups: hidden });
      y = net.norm(net.project(y, width, `${path}.pw`), `${path}.norm`);
      x = stride === 1 && inputs === width ? net.add(x, y) : y;
    }
  }
  return head(net, unit(x, 1280, 'features.18', { kernel: 1, padding: 0 }), 'classifier.1');
}
