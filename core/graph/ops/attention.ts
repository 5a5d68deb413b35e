// Scaled dot-product attention, alone and as PyTorch's multi-head layer.
import { whole } from '../attributes';
import type { Attrs } from '../model-graph';
import type { OpDef, ParamSpec } from '../op';
import { elements, formatShape, isBatch, sameDim, type Shape, ShapeError, sizeAt } from '../shape';
import { broadcast } from './binary';

/**
 * attrs: `causal`, `scale` (null: 1/√D), `dropout`, `groups` (query heads for each head of keys and values, 1).
 * Inputs: queries, keys, values and maybe a mask; … × heads × length × width.
 */
export const attention: OpDef = {
  kind: 'attention',
  couple: 'attention',
  shape([q, k, v], attrs) {
    const groups = whole(attrs, 'groups', 1, 1);
    const sound =
      q &&
      k &&
      v &&
      Math.min(q.length, k.length, v.length) >= (groups > 1 ? 3 : 2) &&
      sameDim(q.at(-1)!, k.at(-1)!) &&
      sameDim(k.at(-2)!, v.at(-2)!);
    if (!sound) {
      const all = [q, k, v].map((shape) => (shape ? formatShape(shape) : '?'));
      throw new ShapeError(`attention needs queries, keys and values that fit, not ${all.join(', ')}`);
    }
    const [keys, values] = [k, v].map((shape) => spread(shape.slice(0, -2), groups));
    return [[...broadcast(q.slice(0, -2), broadcast(keys!, values!)), q.at(-2)!, v.at(-1)!]];
  },
  macs({ inputs: [q, k], outputs: [y] }) {
    const scores = elements(y!.slice(0, -1)) * sizeAt(k!.at(-2)!, 1);
    return scores * (sizeAt(q!.at(-1)!, 1) + sizeAt(y!.at(-1)!, 1));
  },
  flops: ({ inputs: [, k], outputs: [y] }) => 3 * elements(y!.slice(0, -1)) * sizeAt(k!.at(-2)!, 1),
};

/** Heads of keys and values serve `groups` heads of queries each. */
function spread(batch: Shape, groups: number): Shape {
  const heads = batch.at(-1);
  if (groups === 1 || heads === undefined || isBatch(heads)) return batch;
  return [...batch.slice(0, -1), heads * groups];
}

/**
 * attrs: `embed`, `heads`, `kdim`, `vdim`, `bias`, `biasKv`, `batchFirst`. Inputs: queries, keys, values. The projection
 * of the output is a linear of its own. A barrier for coupling: its three projections lie in one packed weight.
 */
export const multiheadAttention: OpDef = {
  kind: 'multiheadAttention',
  params(attrs) {
    const { embed, kdim, vdim } = sizes(attrs);
    const specs =
      kdim === embed && vdim === embed
        ? [matrix('in_proj_weight', 3 * embed, embed)]
        : [
            matrix('q_proj_weight', embed, embed),
            matrix('k_proj_weight', embed, kdim),
            matrix('v_proj_weight', embed, vdim),
          ];
    if (attrs['bias'] !== false)
      specs.push({
        role: 'in_proj_bias',
        shape: [3 * embed],
        axes: ['out'],
        init: { kind: 'constant', value: 0 },
      });
    if (attrs['biasKv'] === true) specs.push(extra('bias_k', embed), extra('bias_v', embed));
    return specs;
  },
  shape([q, k, v], attrs) {
    const { embed, heads, kdim, vdim } = sizes(attrs);
    if (embed % heads !== 0) throw new ShapeError(`${embed} features do not divide into ${heads} heads`);
    const sound =
      q?.at(-1) === embed && k?.at(-1) === kdim && v?.at(-1) === vdim && q.length >= 2 && q.length <= 3;
    if (!sound || k.length !== q.length || v.length !== q.length) {
      const all = [q, k, v].map((shape) => (shape ? formatShape(shape) : '?'));
      throw new ShapeError(
        `attention of ${heads} heads over ${embed}, ${kdim} and ${vdim} features does not fit ${all.join(', ')}`,
      );
    }
    return [q];
  },
  macs({ inputs: [q, k, v], attrs }) {
    const { embed, kdim, vdim } = sizes(attrs);
    const projections =
      elements(q!) * embed + (elements(k!) / kdim) * kdim * embed + (elements(v!) / vdim) * vdim * embed;
    // Of each sequence: scores, and the values they weigh, over all heads together.
    const time = q!.length === 2 ? 0 : attrs['batchFirst'] === true || isBatch(q![0]!) ? 1 : 0;
    return projections + 2 * elements(q!) * sizeAt(k![time]!, 1);
  },
};

const sizes = (attrs: Attrs) => {
  const embed = whole(attrs, 'embed');
  const other = (key: string) => (attrs[key] === null ? embed : whole(attrs, key, 1, embed));
  return { embed, heads: whole(attrs, 'heads'), kdim: other('kdim'), vdim: other('vdim') };
};

/** Xavier uniform, as PyTorch starts them. */
const matrix = (role: string, rows: number, cols: number): ParamSpec => ({
  role,
  shape: [rows, cols],
  axes: ['out', 'in'],
  init: { kind: 'uniform', bound: Math.sqrt(6 / (rows + cols)) },
});

const extra = (role: string, embed: number): ParamSpec => ({
  role,
  shape: [1, 1, embed],
  axes: ['other', 'other', 'out'],
  init: { kind: 'normal', std: Math.sqrt(2 / embed) },
});
