// Products, attention and recurrent layers.
import type { Attrs } from '../../../core/graph/model-graph';
import { N, type Shape } from '../../../core/graph/shape';
import { given, image, type KernelCase, sequence, truths } from './case';

const heads: Shape = [N, 3, 5, 4];
const einsum = (equation: string, ...inputs: Shape[]): KernelCase =>
  given(
    'einsum',
    `torch.einsum("${equation}", ${['x', 'y', 'z'].slice(0, inputs.length).join(', ')})`,
    { equation },
    inputs,
  );

const products: readonly KernelCase[] = [
  given('matmul', 'x @ y', {}, [image, [9, 5]]),
  given('matmul', 'x @ y', {}, [
    [7, 4],
    [N, 3, 4, 5],
  ]),
  given('matmul', 'x @ y', {}, [
    [N, 3, 2, 4],
    [3, 4, 5],
  ]),
  given('matmul', 'x @ y', {}, [
    [N, 1, 2, 4],
    [N, 3, 4, 5],
  ]),
  given('matmul', 'x @ y', {}, [sequence, [9]]),
  given('matmul', 'x @ y', {}, [[4], sequence]),
  given('bilinear', 'F.bilinear(x, y, weight, bias)', { in1: 4, in2: 5, out: 3, bias: true }, [
    [N, 4],
    [N, 5],
  ]),
  given('bilinear', 'F.bilinear(x, y, weight)', { in1: 4, in2: 5, out: 3, bias: false }, [
    [N, 7, 4],
    [N, 7, 5],
  ]),
  einsum('bhid,bhjd->bhij', heads, [N, 3, 6, 4]),
  einsum('bhij,bhjd->bhid', [N, 3, 5, 6], [N, 3, 6, 4]),
  einsum('nchw,c->nhw', image, [4]),
  einsum('...ij,jk->...ik', image, [9, 5]),
  einsum('bij->bji', sequence),
  einsum('bij->b', sequence),
  einsum('bii->bi', [N, 5, 5]),
  einsum('bij,bjk,bkl->bil', [N, 3, 4], [N, 4, 5], [N, 5, 2]),
  einsum('i,j->ij', [3], [4]),
];

const attend = (attrs: Attrs, torch: string, ...more: KernelCase['inputs'][number][]): KernelCase =>
  given('attention', torch, attrs, [heads, [N, 3, 6, 4], [N, 3, 6, 7], ...more]);
const soft = (scores: string) => `torch.softmax(${scores}, -1) @ z`;
const scores = 'x @ y.transpose(-1, -2) / 2';
const attentions: readonly KernelCase[] = [
  attend({}, soft(scores)),
  attend({ scale: 0.3 }, soft('x @ y.transpose(-1, -2) * 0.3')),
  attend({ causal: true }, soft(`(${scores}).masked_fill(~torch.ones(5, 6).tril().bool(), float("-inf"))`)),
  attend({}, soft(`${scores} + w`), { shape: [N, 1, 5, 6] }),
  attend({}, soft(`(${scores}).masked_fill(~w, float("-1e30"))`), truths([5, 6])),
  given(
    'attention',
    'torch.softmax(x @ y.repeat_interleave(2, 1).transpose(-1, -2) / 2, -1) @ z.repeat_interleave(2, 1)',
    { groups: 2 },
    [[N, 6, 5, 4], heads, heads],
  ),
  given('attention', 'torch.softmax(x @ y.transpose(-1, -2) / 3, -1) @ z', {}, [
    sequence,
    sequence,
    sequence,
  ]),
];

/** PyTorch's layer without the projection of its output, which is an op of its own. */
const multihead = (extra: string, weights: string) =>
  `F.multi_head_attention_forward(x, y, z, 8, 2, ${weights}, False, 0.0, torch.eye(8), None, need_weights=False${extra})[0]`;
const packed = 'in_proj_weight, in_proj_bias, None';
const tokens: Shape = [5, N, 8];
const batchedTokens = (torch: string): string =>
  `(lambda x, y, z: ${torch})(x.transpose(0, 1), y.transpose(0, 1), z.transpose(0, 1)).transpose(0, 1)`;
const multiheads: readonly KernelCase[] = [
  given('multiheadAttention', multihead('', `${packed}, None`), { embed: 8, heads: 2 }, [
    tokens,
    [6, N, 8],
    [6, N, 8],
  ]),
  given(
    'multiheadAttention',
    batchedTokens(multihead('', `${packed}, None`)),
    { embed: 8, heads: 2, batchFirst: true },
    [
      [N, 5, 8],
      [N, 6, 8],
      [N, 6, 8],
    ],
  ),
  given(
    'multiheadAttention',
    multihead('', 'in_proj_weight, in_proj_bias, bias_k, bias_v'),
    { embed: 8, heads: 2, biasKv: true },
    [tokens, [6, N, 8], [6, N, 8]],
  ),
  given(
    'multiheadAttention',
    multihead(
      ', use_separate_proj_weight=True, q_proj_weight=q_proj_weight, k_proj_weight=k_proj_weight, v_proj_weight=v_proj_weight',
      'None, in_proj_bias, None, None',
    ),
    { embed: 8, heads: 2, kdim: 6, vdim: 7 },
    [tokens, [6, N, 6], [6, N, 7]],
  ),
  given('multiheadAttention', multihead(', attn_mask=w', `${packed}, None`), { embed: 8, heads: 2 }, [
    tokens,
    [6, N, 8],
    [6, N, 8],
    { shape: [5, 6] },
  ]),
];

const layers = (layer: string, attrs: Attrs, x: Shape, state = ''): KernelCase => {
  const made = { inputSize: 9, hiddenSize: 4, ...attrs };
  const options = [
    `num_layers=${Number(attrs['layers'] ?? 1)}`,
    `bidirectional=${attrs['bidirectional'] === true ? 'True' : 'False'}`,
    `batch_first=${attrs['batchFirst'] === true ? 'True' : 'False'}`,
    `bias=${attrs['bias'] === false ? 'False' : 'True'}`,
    ...(attrs['nonlinearity'] === 'relu' ? ['nonlinearity="relu"'] : []),
    ...(attrs['projSize'] ? [`proj_size=${Number(attrs['projSize'])}`] : []),
  ];
  const torch = `recurrent(torch.nn.${layer}(9, 4, ${options.join(', ')}), locals(), x${state})`;
  const inputs: Shape[] = [x];
  if (state) {
    const width: Shape = [Number(attrs['layers'] ?? 1), N, 4];
    inputs.push(width);
    if (layer === 'LSTM') inputs.push(width);
  }
  return given(layer.toLowerCase(), torch, made, inputs);
};

const recurrents: readonly KernelCase[] = [
  layers('LSTM', {}, [5, N, 9]),
  layers('LSTM', { layers: 2, bidirectional: true, batchFirst: true }, [N, 4, 9]),
  layers('LSTM', { bias: false }, [5, 9]),
  layers('LSTM', { projSize: 3 }, [5, N, 9]),
  layers('LSTM', { layers: 2 }, [5, N, 9], ', (y, z)'),
  layers('GRU', { layers: 2, batchFirst: true }, [N, 4, 9]),
  layers('GRU', { bidirectional: true }, [5, N, 9]),
  layers('GRU', {}, [5, N, 9], ', y'),
  layers('RNN', { layers: 2 }, [5, N, 9]),
  layers('RNN', { nonlinearity: 'relu' }, [5, N, 9]),
];

export const layerCases: readonly KernelCase[] = [...products, ...attentions, ...multiheads, ...recurrents];
