// Little models that write into tensors in place. `x` comes in as batch × 6 × 8; `self.w` is a parameter of 8, `self.b` a buffer.

export interface WriteCase {
  readonly name: string;
  /** Statements of forward, the last of which returns. */
  readonly forward: readonly string[];
}

const of = (name: string, ...forward: string[]): WriteCase => ({ name, forward });

/** These must compute what PyTorch computes. */
export const followed: readonly WriteCase[] = [
  of('a slice of a copied parameter set to zero', 'w = self.w.clone()', 'w[2:5].zero_()', 'return x * w'),
  of(
    'a slice of a copied parameter scaled',
    'w = self.w.clone()',
    'w[:3].mul_(x.new_tensor(3.0))',
    'return x * w',
  ),
  of('a slice assigned', 'y = x * 2', 'y[:, :3] = x[:, 3:]', 'return y'),
  of('a slice in the middle assigned a number', 'y = x * 2', 'y[:, 1:4, 2:] = 7.0', 'return y'),
  of('one place of the last axis added to', 'y = x * 2', 'y[..., 0] += 1', 'return y'),
  of('every second element', 'y = x * 2', 'y[:, ::2] = x[:, 1::2]', 'return y'),
  of('a step through two axes', 'y = x + 0', 'y[:, 1::2, ::3] *= -1', 'return y'),
  of('a row broadcast', 'y = x * 2', 'y[:, 1:3] = self.w', 'return y'),
  of('a mask that depends on the values', 'y = x * 2', 'y[x > 0] = 0.5', 'return y'),
  of('masked_fill_ of a view', 'y = x * 2', 'y[:, :2].masked_fill_(x[:, :2] < 0, 3.0)', 'return y'),
  of('chosen places along an axis', 'y = x * 2', 'y[:, [4, 0, 2]] = x[:, :3]', 'return y'),
  of(
    'places chosen by a constant mask',
    'y = x * 2',
    'y[:, torch.tensor([True, False, True, False, False, False])] = x[:, 4:]',
    'return y',
  ),
  of('chunks written in place', 'y = x * 2', 'a, b = y.chunk(2, 1)', 'a.add_(1)', 'b.mul_(a)', 'return y'),
  of(
    'split, then the second written',
    'y = x + 1',
    'a, b, c = y.split([1, 2, 3], 1)',
    'b.copy_(c[:, :2])',
    'return y',
  ),
  of('narrow and fill_', 'y = x + 1', 'y.narrow(2, 3, 4).fill_(2)', 'return y'),
  of('select and sub_', 'y = x + 1', 'y.select(1, 4).sub_(self.w)', 'return y'),
  of('unbind', 'y = x + 1', 'for i, part in enumerate(y.unbind(1)):', '    part.mul_(i)', 'return y'),
  of('a transpose written', 'y = x + 1', 'y.transpose(1, 2)[:, 0] = 5', 'return y'),
  of('permute, then a slice of it', 'y = x + 1', 'y.permute(2, 0, 1)[3:5].zero_()', 'return y'),
  of('view', 'y = x + 1', 'y.view(-1, 48)[:, 5:20] = 0', 'return y'),
  of('flatten of what lies in order', 'y = x + 1', 'y.flatten(1)[:, 5:20].neg_()', 'return y'),
  of('a reshape that copies', 'y = x + 1', 'y.transpose(1, 2).reshape(-1, 48).zero_()', 'return y'),
  of(
    'contiguous copies what is transposed',
    'y = x + 1',
    'z = y.transpose(1, 2).contiguous()',
    'z.zero_()',
    'return y + z.transpose(1, 2)',
  ),
  of('contiguous shares what is in order', 'y = x + 1', 'y.contiguous()[:, 0].zero_()', 'return y'),
  of(
    'unsqueeze and squeeze',
    'y = x + 1',
    'y.unsqueeze(1)[:, :, 2:4].zero_()',
    'y[:, :1].squeeze(1).add_(9)',
    'return y',
  ),
  of('a view of a view', 'y = x + 1', 'v = y[:, 1:5]', 'v[:, 1:3][..., 2:6].mul_(10)', 'return y + 0'),
  of('a view read after its base was written', 'y = x + 1', 'v = y[:, :3]', 'y.mul_(2)', 'return v'),
  of(
    'a view read before its base was written',
    'y = x + 1',
    'v = y[:, :3]',
    'z = v * 1',
    'y.mul_(2)',
    'return z + v',
  ),
  of('a base read before a view was written', 'y = x + 1', 'z = y * 1', 'y[:, 2:].zero_()', 'return z - y'),
  of(
    'two views that overlap',
    'y = x + 1',
    'a, b = y[:, :4], y[:, 2:]',
    'a.mul_(2)',
    'b.add_(1)',
    'a.mul_(3)',
    'return b',
  ),
  of('two writes to overlapping places', 'y = x + 1', 'y[:, :4] = 1', 'y[:, 2:] = x[:, 2:]', 'return y'),
  of(
    'a view outlives its base',
    'v = (x + 1).transpose(1, 2)',
    'w = v[:, 2:]',
    'v[:, 3].zero_()',
    'return w',
  ),
  of(
    'an expanded tensor sees its base',
    'y = self.w * 1',
    'e = y.expand(6, 8)',
    'y[2:4].zero_()',
    'return x + e',
  ),
  of('a tensor is written into its own part', 'y = x + 1', 'y[:, :3] = y[:, 3:]', 'return y'),
  of('the input itself', 'x.add_(1)', 'return x * 2'),
  of('a part of the input, read through another', 'v = x[:, 1:3]', 'x[:, 2:].zero_()', 'return v + x[:, :2]'),
  of('a copy is no alias', 'y = x.clone()', 'y[:, 0].zero_()', 'return x + y'),
  of('indexing with a list copies', 'y = x + 1', 'y[:, [0, 1]].zero_()', 'return y'),
  of(
    'parts put into an empty tensor',
    'y = torch.empty(x.shape[0], 6, 8)',
    'y[:, :2] = x[:, 4:]',
    'y[:, 2:] = x[:, :4]',
    'return y',
  ),
  of(
    'a loop over places',
    'y = torch.zeros_like(x)',
    'for i in range(6):',
    '    y[:, i] = x[:, 5 - i] * i',
    'return y',
  ),
  of(
    'a constant mask filled by parts',
    'm = torch.zeros(6, 8)',
    'm[:2, 3:] = 1',
    'm[4:].view(-1)[::3] = 2',
    'm.t()[0] += 1',
    'return x * m',
  ),
  of(
    'a constant and its view',
    'm = torch.arange(8.0)',
    'v = m[2:]',
    'm[3] = 40',
    'v.mul_(2)',
    'return x * m + v.sum()',
  ),
  of('relu_ of a half', 'y = x + 0', 'F.relu(y[:, :3], inplace=True)', 'return y'),
  of('a buffer written in forward', 'b = self.b', 'b[2:4] = 0', 'b += 1', 'return x * self.b'),
  of(
    'transpose_ and unsqueeze_',
    'y = x + 1',
    'v = y[:, :4]',
    'v.transpose_(1, 2)',
    'v.unsqueeze_(1)',
    'v[:, :, 0].zero_()',
    'return y',
  ),
  of('no write: data of a fresh tensor', 'y = x + 1', 'z = x * 3', 'y.data = z', 'y.mul_(2)', 'return z'),
  of(
    'roll and pad copy',
    'y = x + 1',
    'z = torch.roll(y, 1, 1)',
    'z[:, 0] = 0',
    'q = F.pad(y, (0, 0))',
    'q.zero_()',
    'return y + z',
  ),
];

/** What cannot be said in a graph, and what the trace says instead. */
export const said: readonly (WriteCase & { readonly words: RegExp })[] = [
  {
    ...of('as many elements as a mask has', 'y = x + 1', 'y[:, x[0, :, 0] > 0] = self.w', 'return y'),
    words: /index assignment/,
  },
  { ...of('a row of the batch', 'y = x + 1', 'y[0] = 0', 'return y'), words: /index assignment/ },
  {
    ...of('places that depend on the values', 'y = x + 1', 'y[:, x.argmax(1)[0]] = 0', 'return y'),
    words: /index assignment/,
  },
  {
    ...of('a parameter itself', 'self.w.data[2:4].zero_()', 'return x * self.w'),
    words: /w is written into in forward/,
  },
  { ...of('a method that is not known', 'y = x + 1', 'y.exponential_()', 'return y'), words: /exponential_/ },
];
