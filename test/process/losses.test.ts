// Every loss against PyTorch written from its formula: the value, and the gradient of all that has one.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { binaryCrossEntropy } from '../../training/losses/binary-cross-entropy';
import { ciou } from '../../training/losses/ciou';
import { crossEntropy } from '../../training/losses/cross-entropy';
import { detectionLoss } from '../../training/losses/detection';
import { distilChannels, distilFeatures, distilLogits } from '../../training/losses/distil';
import { distributionFocal } from '../../training/losses/distribution-focal';
import { difference, randomTensor } from '../unit/export/models';
import type { Case } from './losses/case';
import { detectionInTorch, objectsOf, scene } from './losses/detection-in-torch';
import { mixedCases, mixedInTorch } from './losses/mixed-distillation';
import { noTorch, runTorch } from './torch';

const values = (shape: number[], seed: number, reach = 2) => randomTensor(shape, seed, -reach, reach);
const labels = [3, 0, -100, 4, 2, 2];
const asTensor = `torch.tensor(${JSON.stringify(labels)})`;

/** Boxes as corners, of 2 to 10 pixels a side. */
function boxes(count: number, seed: number): TensorData {
  const { data } = randomTensor([count, 4], seed, 2, 10);
  const corners = data.map((value, i) => (i % 4 < 2 ? value : value + data[i - 2]!));
  return { shape: [count, 4], data: corners };
}

const torchCiou = `
import math
def ciou(a, b, eps=1e-7):
    (x1, y1, x2, y2), (X1, Y1, X2, Y2) = a.chunk(4, -1), b.chunk(4, -1)
    w, h, W, H = x2 - x1, y2 - y1 + eps, X2 - X1, Y2 - Y1 + eps
    inter = (torch.minimum(x2, X2) - torch.maximum(x1, X1)).clamp(0) * (torch.minimum(y2, Y2) - torch.maximum(y1, Y1)).clamp(0)
    iou = inter / (w * h + W * H - inter + eps)
    c2 = (torch.maximum(x2, X2) - torch.minimum(x1, X1)) ** 2 + (torch.maximum(y2, Y2) - torch.minimum(y1, Y1)) ** 2 + eps
    rho2 = ((X1 + X2 - x1 - x2) ** 2 + (Y1 + Y2 - y1 - y2) ** 2) / 4
    v = 4 / math.pi ** 2 * (torch.atan(W / H) - torch.atan(w / h)) ** 2
    with torch.no_grad(): alpha = v / (v - iou + (1 + eps))
    return iou - (rho2 / c2 + v * alpha)
`;

const flat = scene();

const cases: Case[] = [
  {
    name: 'cross-entropy',
    inputs: [values([6, 5], 1)],
    learnt: 1,
    torch: `F.cross_entropy(inputs[0], ${asTensor})`,
    loss: ([x]) => crossEntropy(x!, tf.tensor1d(labels, 'int32')),
  },
  {
    name: 'cross-entropy with smoothed labels, another ignored one, and rows of rows',
    inputs: [values([2, 3, 5], 2, 30)],
    learnt: 1,
    torch: `F.cross_entropy(inputs[0].flatten(0, 1), torch.tensor([3, 0, 1, 4, 2, 2]), label_smoothing=0.2, ignore_index=2)`,
    loss: ([x]) =>
      crossEntropy(x!, tf.tensor2d([3, 0, 1, 4, 2, 2], [2, 3], 'int32'), { smoothing: 0.2, ignore: 2 }),
  },
  {
    name: 'binary cross-entropy, also at zero and far away',
    inputs: [{ shape: [2, 3], data: Float32Array.of(0, -40, 40, 0.3, -2, 5) }, randomTensor([2, 3], 4, 0, 1)],
    learnt: 1,
    torch: `F.binary_cross_entropy_with_logits(inputs[0], inputs[1], reduction="sum")`,
    loss: ([x, z]) => tf.sum(binaryCrossEntropy(x!, z!)),
  },
  {
    name: 'distillation of logits',
    inputs: [values([4, 7], 5), values([4, 7], 6)],
    learnt: 1,
    torch: `F.kl_div(F.log_softmax(inputs[0] / 4, -1), F.softmax(inputs[1] / 4, -1), reduction="batchmean") * 16`,
    loss: ([student, teacher]) => distilLogits(student!, teacher!, 4),
  },
  {
    name: 'distillation of features',
    inputs: [values([2, 3, 3, 4], 7), values([2, 3, 3, 4], 8)],
    learnt: 1,
    torch: 'F.mse_loss(inputs[0], inputs[1])',
    loss: ([student, teacher]) => distilFeatures(student!, teacher!),
  },
  {
    name: 'channel-wise distillation',
    inputs: [values([2, 5, 3, 4], 9, 6), values([2, 5, 3, 4], 10, 6)],
    learnt: 1,
    torch: `(lambda s, t: (F.softmax(t, 1) * (F.log_softmax(t, 1) - F.log_softmax(s, 1))).sum() * 9 / (2 * 4))(
      inputs[0].flatten(1, 2) / 3, inputs[1].flatten(1, 2) / 3)`,
    loss: ([student, teacher]) => distilChannels(student!, teacher!, 3),
  },
  {
    name: 'complete IoU',
    inputs: [boxes(40, 11), boxes(40, 12)],
    learnt: 1,
    torch: 'ciou(inputs[0], inputs[1]).sum()',
    loss: ([a, b]) => tf.sum(ciou(a!, b!)),
  },
  {
    name: 'distribution focal loss, also on whole numbers and outside',
    inputs: [
      values([9, 6], 13),
      { shape: [9], data: Float32Array.of(0, 1, 2.25, 4.75, 4.995, 5, 8, -1, 3.5) },
    ],
    learnt: 1,
    torch: `(lambda x, d: (F.cross_entropy(x, d.long(), reduction="none") * (d.long() + 1 - d)
      + F.cross_entropy(x, d.long() + 1, reduction="none") * (d - d.long())).sum())(inputs[0], inputs[1].clamp(0, 4.99))`,
    loss: ([x, d]) => tf.sum(distributionFocal(x!, d!)),
  },
  {
    name: 'the loss of a detector, with its assignment',
    inputs: [flat.distances, flat.classes],
    learnt: 2,
    torch: 'detection(inputs[0], inputs[1])',
    loss: ([distances, classes]) =>
      detectionLoss(distances as tf.Tensor4D, classes as tf.Tensor3D, flat.cells(), objectsOf()),
  },
  ...mixedCases,
];

describe.skipIf(noTorch)(`losses are PyTorch's${noTorch ? ` (${noTorch})` : ''}`, () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  it.each(cases)('$name', async ({ inputs, learnt, torch, loss }) => {
    const script = `${torchCiou}${mixedInTorch}${detectionInTorch(flat)}
for x in inputs[:${learnt}]: x.requires_grad_()
loss = ${torch}
loss.backward()
answer([loss.reshape(1), *(x.grad for x in inputs[:${learnt}])])
`;
    const [wanted, ...slopes] = runTorch(script, inputs);
    const before = tf.memory().numTensors;
    const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape]));
    const answerTo = tf.valueAndGrads((...x: tf.Tensor[]) => loss([...x, ...tensors.slice(learnt)]));
    const { value, grads } = answerTo(tensors.slice(0, learnt));
    const [answer] = await value.data();
    expect(Math.abs(answer! - wanted!.data[0]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(answer!)));
    for (const [i, slope] of grads.entries()) {
      const data = (await slope.data()) as Float32Array;
      expect(data.some((entry) => entry !== 0)).toBe(true);
      expect(difference(slopes[i]!, { shape: slope.shape, data })).toBeLessThan(2e-5);
    }
    tf.dispose([value, ...grads, ...tensors]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
