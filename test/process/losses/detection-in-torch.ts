// A small scene for a detector, and its loss in PyTorch with the assignment object by object, in loops, from the formulae.
import { tf } from '../../../native/tf';
import type { Cells } from '../../../training/losses/detection';
import type { Objects } from '../../../training/losses/task-aligned';
import { randomTensor } from '../../unit/export/models';

const [size, bins, classes] = [64, 8, 3];
const strides = [8, 16];

/** Class, and corners in pixels: two that share cells, one that is small; one alone in the second image. */
const objects = [
  [
    [0, 4, 6, 40, 44],
    [2, 20, 18, 60, 58],
    [1, 44, 4, 58, 14],
  ],
  [[1, 10, 12, 50, 40]],
] as const;

export interface Scene {
  readonly distances: ReturnType<typeof randomTensor>;
  readonly classes: ReturnType<typeof randomTensor>;
  readonly centres: readonly (readonly [number, number])[];
  readonly strides: readonly number[];
  cells(): Cells;
}

export function scene(): Scene {
  const places = strides.flatMap((stride) =>
    Array.from({ length: (size / stride) ** 2 }, (_, i) => {
      const across = size / stride;
      return { x: ((i % across) + 0.5) * stride, y: (Math.floor(i / across) + 0.5) * stride, stride };
    }),
  );
  const centres = places.map(({ x, y }) => [x, y] as const);
  const all = places.map(({ stride }) => stride);
  return {
    distances: randomTensor([2, places.length, 4, bins], 21, -2, 2),
    classes: randomTensor([2, places.length, classes], 22, -3, 1),
    centres,
    strides: all,
    cells: () => ({
      centres: tf.tensor2d(centres.flat(), [places.length, 2]),
      strides: tf.tensor2d(all, [places.length, 1]),
    }),
  };
}

export function objectsOf(): Objects {
  const most = Math.max(...objects.map((image) => image.length));
  const row = (image: (typeof objects)[number], i: number) => image[i] ?? [-1, 0, 0, 0, 0];
  const rows = objects.map((image) => Array.from({ length: most }, (_, i) => row(image, i)));
  return {
    boxes: tf.tensor3d(rows.map((image) => image.map((one) => one.slice(1)))),
    classes: tf.tensor3d(
      rows.map((image) =>
        image.map((one) => Array.from({ length: classes }, (_, c) => (one[0] === c ? 1 : 0))),
      ),
    ),
  };
}

/** Defines `detection(distances, classes)`; needs a `ciou` of boxes along the last axis. */
export const detectionInTorch = ({ centres, strides: all }: Scene): string => `
centres, strides = torch.tensor(${JSON.stringify(centres)}), torch.tensor(${JSON.stringify(all)}).float()
objects = ${JSON.stringify(objects)}
def detection(distances, logits):
    B, A, _, bins = distances.shape
    mean = (distances.softmax(-1) * torch.arange(bins)).sum(-1) * strides[:, None]
    boxes = torch.cat([centres - mean[..., :2], centres + mean[..., 2:]], -1)
    target, scores, contested = torch.zeros(B, A, 4), torch.zeros_like(logits), 0
    with torch.no_grad():
        for b in range(B):
            gts = [(int(o[0]), torch.tensor(o[1:]).float()) for o in objects[b]]
            u, t, owner = [], [], {}
            for c, box in gts:
                inside = ((centres > box[:2]) & (centres < box[2:])).all(-1)
                overlap = ciou(box.expand(A, 4), boxes[b])[:, 0].clamp(0) * inside
                u.append(overlap)
                t.append(logits[b, :, c].sigmoid() ** 0.5 * overlap ** 6 * inside)
            for g in range(len(gts)):
                for a in t[g].topk(10).indices.tolist():
                    if t[g][a] > 0: owner.setdefault(a, []).append(g)
            for a, wanting in owner.items():
                contested += len(wanting) > 1
                if len(wanting) > 1: owner[a] = [max(range(len(gts)), key=lambda g: u[g][a].item())]
            for g, (c, box) in enumerate(gts):
                mine = [a for a, (o,) in owner.items() if o == g]
                for a in mine:
                    target[b, a] = box
                    scores[b, a, c] = t[g][a] * max(u[g][i] for i in mine) / (max(t[g][i] for i in mine) + 1e-9)
    weight = scores.sum(-1)
    # A scene in which nothing is contested would test nothing.
    assert (weight > 0).sum() > 15 and contested > 0, contested
    total = weight.sum().clamp(1)
    box = ((1 - ciou(boxes, target)[..., 0]) * weight).sum()
    bce = F.binary_cross_entropy_with_logits(logits, scores, reduction="sum")
    ways = torch.cat([centres - target[..., :2], target[..., 2:] - centres], -1) / strides[:, None]
    ways = ways.clamp(0, bins - 1 - 0.01)
    low = ways.long()
    flat = distances.reshape(-1, bins)
    ce = lambda at: F.cross_entropy(flat, at.reshape(-1), reduction="none").reshape(ways.shape)
    dfl = ((ce(low) * (low + 1 - ways) + ce(low + 1) * (ways - low)).mean(-1) * weight).sum()
    return (7.5 * box + 0.5 * bce + 1.5 * dfl) / total
`;
