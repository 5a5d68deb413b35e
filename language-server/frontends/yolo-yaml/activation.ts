// The file's `activation:` key, a PyTorch expression such as `nn.ReLU()`, as an op.
import type { Settings } from './place';

const ops: Readonly<Record<string, (argument: number | undefined) => Settings['activation']>> = {
  SiLU: () => ({ op: 'silu', attrs: {} }),
  ReLU: () => ({ op: 'relu', attrs: {} }),
  ReLU6: () => ({ op: 'relu6', attrs: {} }),
  LeakyReLU: (slope = 0.01) => ({ op: 'leakyRelu', attrs: { slope } }),
  ELU: (alpha = 1) => ({ op: 'elu', attrs: { alpha } }),
  GELU: () => ({ op: 'gelu', attrs: { approximate: 'none' } }),
  Hardswish: () => ({ op: 'hardSwish', attrs: {} }),
  Mish: () => ({ op: 'mish', attrs: {} }),
  Sigmoid: () => ({ op: 'sigmoid', attrs: {} }),
  Identity: () => undefined,
};

/** Undefined for an expression that is none of these; SiLU where the file says nothing. */
export function activationOf(expression: unknown): { readonly is: Settings['activation'] } | undefined {
  if (expression === undefined || expression === null) return { is: ops['SiLU']!(undefined) };
  const [, name = '', argument] =
    /^(?:torch\.)?(?:nn\.)?(\w+)\(\s*(?:(?:inplace\s*=\s*True)|(?:\w+\s*=\s*)?(-?[\d.]+))?\s*\)$/.exec(
      typeof expression === 'string' ? expression.trim() : '',
    ) ?? [];
  if (!Object.hasOwn(ops, name)) return undefined;
  return { is: ops[name]!(argument === undefined ? undefined : Number(argument)) };
}
