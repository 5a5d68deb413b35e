// Counts the parameters of a PyTorch layer whose arguments are literals, from the text alone.

export interface Literals {
  readonly positional: readonly Literal[];
  readonly named: ReadonlyMap<string, Literal>;
}

/** `undefined`: an expression whose value the text does not tell. */
export type Literal = number | boolean | readonly number[] | null | undefined;

const isList = (value: Literal): value is readonly number[] => Array.isArray(value);

type Read = (position: number, name: string, fallback?: Literal) => Literal;

/** Trainable parameters of one construction, or undefined when an argument that matters is no literal. */
export function literalParams(name: string, { positional, named }: Literals): number | undefined {
  const read: Read = (position, key, fallback) =>
    position < positional.length ? positional[position] : named.has(key) ? named.get(key) : fallback;
  const convolution = /^Conv([123])d$/.exec(name);
  if (convolution) return convParams(read, Number(convolution[1]));
  if (name === 'Linear') return linearParams(read);
  if (/^BatchNorm[123]d$/.test(name)) return normParams(read);
  if (name === 'Embedding') return count(read(0, 'num_embeddings'), read(1, 'embedding_dim'));
  return undefined;
}

/** Conv(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias). */
function convParams(read: Read, dimensions: number): number | undefined {
  const [inputs, outputs, groups] = [read(0, 'in_channels'), read(1, 'out_channels'), read(6, 'groups', 1)];
  const kernel = read(2, 'kernel_size');
  const area = isList(kernel)
    ? kernel.reduce((product, size) => product * size, 1)
    : typeof kernel === 'number'
      ? kernel ** dimensions
      : undefined;
  const bias = biasOf(read(7, 'bias', true), outputs);
  if (typeof groups !== 'number' || typeof inputs !== 'number' || groups < 1 || inputs % groups !== 0)
    return undefined;
  const weight = count(inputs / groups, outputs, area);
  return weight === undefined || bias === undefined ? undefined : weight + bias;
}

/** Linear(in_features, out_features, bias). */
function linearParams(read: Read): number | undefined {
  const outputs = read(1, 'out_features');
  const [weight, bias] = [count(read(0, 'in_features'), outputs), biasOf(read(2, 'bias', true), outputs)];
  return weight === undefined || bias === undefined ? undefined : weight + bias;
}

/** BatchNorm(num_features, eps, momentum, affine): a scale and a shift each, unless affine is False. */
function normParams(read: Read): number | undefined {
  const affine = read(3, 'affine', true);
  if (affine === false) return 0;
  return affine === true ? count(2, read(0, 'num_features')) : undefined;
}

const biasOf = (bias: Literal, outputs: Literal): number | undefined =>
  bias === false ? 0 : bias === true ? count(outputs) : undefined;

/** The product of positive whole numbers, or undefined when one is something else. */
function count(...factors: readonly Literal[]): number | undefined {
  let product = 1;
  for (const factor of factors) {
    if (typeof factor !== 'number' || !Number.isSafeInteger(factor) || factor < 1) return undefined;
    product *= factor;
  }
  return Number.isSafeInteger(product) ? product : undefined;
}
