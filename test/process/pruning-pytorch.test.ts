// SparseGPT and Wanda against their papers' definitions, written out in PyTorch in double precision: the same masks and weights.
import { describe, expect, it } from 'vitest';
import { elementsOf, unpackMask } from '../../core/sparsity/mask';
import { criteria } from '../../core/sparsity/criteria/table';
import type { Pattern } from '../../core/sparsity/pattern';
import { nm } from '../../core/sparsity/patterns/n-m';
import { unstructured } from '../../core/sparsity/patterns/unstructured';
import { scopedMasks } from '../../core/sparsity/scoped-masks';
import { seeded } from '../../core/random';
import type { TensorData } from '../../core/graph/tensor';
import { sparseGpt } from '../../training/sparsity/sparse-gpt';
import { noTorch, runTorch } from './torch';

const [rows, cols, samples] = [12, 48, 160];

/** Correlated inputs, some far larger than the rest: the masks of magnitude would be others. */
function layer(): { weight: TensorData; x: TensorData } {
  const draws = seeded(5);
  const weight = {
    shape: [rows, cols],
    data: Float32Array.from({ length: rows * cols }, () => draws.normal()),
  };
  const x = new Float32Array(samples * cols);
  for (let s = 0; s < samples; s++) {
    const common = draws.normal();
    for (let j = 0; j < cols; j++) x[s * cols + j] = (draws.normal() + common) * (j % 7 === 0 ? 6 : 1);
  }
  return { weight, x: { shape: [samples, cols], data: x } };
}

/** XᵀX in double precision. */
function gramOf({ data }: TensorData): Float64Array {
  const gram = new Float64Array(cols * cols);
  for (let s = 0; s < samples; s++)
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) gram[i * cols + j]! += data[s * cols + i]! * data[s * cols + j]!;
  return gram;
}

/**
 * No factorisation: with columns before j settled, what is left to adjust has the Hessian H[j:, j:], whose inverse is
 * computed afresh. Pruning w_j costs w_j² / [H⁻¹]₀₀ and moves the rest by −w_j / [H⁻¹]₀₀ · [H⁻¹]₀ (equation 3).
 */
const sparseGptInTorch = (nm: readonly [number, number] | undefined, sparsity: number, block: number) => `
W, X = inputs[0].double(), inputs[1].double()
rows, cols = W.shape
H = X.T @ X
H = H + 0.01 * H.diagonal().mean() * torch.eye(cols, dtype=torch.float64)
inverse = [torch.linalg.inv(H[j:, j:]) for j in range(cols)]
diagonal = torch.stack([i[0, 0] for i in inverse])
keep = torch.ones(rows, cols, dtype=torch.bool)
N, M = ${nm ? `${nm[0]}, ${nm[1]}` : '0, 0'}
for j in range(cols):
    if M == 0 and j % ${block} == 0:
        cost = W[:, j:j + ${block}] ** 2 / diagonal[j:j + ${block}]
        order = cost.flatten().argsort()
        gone = order[:cost.numel() - round(${1 - sparsity} * cost.numel())]
        chosen = torch.ones(cost.numel(), dtype=torch.bool)
        chosen[gone] = False
        keep[:, j:j + ${block}] = chosen.reshape(cost.shape)
    if M > 0 and j % M == 0:
        cost = W[:, j:j + M] ** 2 / diagonal[j:j + M]
        keep[:, j:j + M] = torch.zeros(rows, M, dtype=torch.bool).scatter(1, cost.topk(N, dim=1).indices, True)
    for r in range(rows):
        if not keep[r, j]:
            W[r, j:] -= W[r, j].item() / inverse[j][0, 0] * inverse[j][0]
            W[r, j] = 0
answer([keep.float(), W.float()])
`;

const wandaInTorch = (nm: readonly [number, number] | undefined, sparsity: number) => `
W, X = inputs[0].double(), inputs[1].double()
score = W.abs() * X.norm(p=2, dim=0)
N, M = ${nm ? `${nm[0]}, ${nm[1]}` : `round(${1 - sparsity} * W.shape[1]), W.shape[1]`}
groups = score.reshape(-1, M)
keep = torch.zeros_like(groups).scatter(1, groups.topk(N, dim=1).indices, 1.0)
answer([keep.reshape(W.shape).float()])
`;

interface Case {
  readonly pattern: Pattern;
  readonly nm?: readonly [number, number];
  readonly sparsity: number;
  /** Columns whose mask is chosen together; three of them, and the whole layer. */
  readonly block: number;
}

const cases: Case[] = [
  { pattern: unstructured, sparsity: 0.5, block: 16 },
  { pattern: unstructured, sparsity: 0.7, block: 48 },
  { pattern: nm(2, 4), nm: [2, 4], sparsity: 0.5, block: 16 },
  { pattern: nm(1, 4), nm: [1, 4], sparsity: 0.75, block: 48 },
  { pattern: nm(4, 8), nm: [4, 8], sparsity: 0.5, block: 16 },
];

const told = cases.map((of) => ({
  ...of,
  title: `${of.pattern.id} at ${of.sparsity}, blocks of ${of.block}`,
}));

describe.skipIf(noTorch)(`pruning as its papers define it${noTorch ? ` (${noTorch})` : ''}`, () => {
  const { weight, x } = layer();
  const weights = weight.data as Float32Array;
  const gram = gramOf(x);
  const matrix = { rows, cols };
  const magnitude = (pattern: Pattern, sparsity: number) =>
    unpackMask(pattern.mask(weights.map(Math.abs), matrix, 1 - sparsity));

  it.each(told)('SparseGPT: $title', ({ pattern, nm, sparsity, block }) => {
    const [keep, updated] = runTorch(sparseGptInTorch(nm, sparsity, block), [weight, x]);
    const own = sparseGpt(weights, matrix, gram, { pattern, sparsity, block });
    expect([...unpackMask(own.mask)]).toEqual([...keep!.data]);
    own.weights.forEach((value, i) => expect(Math.abs(value - updated!.data[i]!)).toBeLessThan(2e-6));
    // Not what magnitude keeps, and not the weights as they were.
    expect([...keep!.data]).not.toEqual([...magnitude(pattern, sparsity)]);
    const moved = own.weights.filter((value, i) => value !== 0 && Math.abs(value - weights[i]!) > 1e-3);
    expect(moved.length).toBeGreaterThan(elementsOf(weight.shape) / 10);
  });

  it.each(told)('Wanda: $title', ({ pattern, nm, sparsity }) => {
    const [keep] = runTorch(wandaInTorch(nm, sparsity), [weight, x]);
    const wanda = criteria.get('wanda')!;
    const activations = Float32Array.from({ length: cols }, (_, j) => Math.sqrt(gram[j * cols + j]!));
    const scores = wanda.score({ param: 'fc.weight', matrix, weights, activations });
    const [own] = scopedMasks(pattern, [{ name: 'fc.weight', matrix, scores }], 1 - sparsity, wanda.scope);
    expect([...unpackMask(own!)]).toEqual([...keep!.data]);
    expect([...keep!.data]).not.toEqual([...magnitude(pattern, sparsity)]);
  });
});
