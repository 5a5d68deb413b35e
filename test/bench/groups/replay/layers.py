"""What real PyTorch computes for layers and for ops that move elements. Table: op → f(attrs, params, shape, *inputs)."""

import torch
import torch.nn.functional as F


def windows(attrs, *keys):
    return {key: attrs[key] for key in keys if attrs.get(key) is not None}


def convolution(count):
    f = getattr(F, f'conv{count}d')

    def run(a, p, shape, x):
        given = windows(a, 'stride', 'padding', 'dilation', 'groups')
        return f(x, p['weight'], p.get('bias'), **given)

    return run


def transposed(count):
    f = getattr(F, f'conv_transpose{count}d')

    def run(a, p, shape, x):
        given = windows(a, 'stride', 'padding', 'dilation', 'groups')
        return f(x, p['weight'], p.get('bias'), output_padding=a.get('outputPadding', 0), **given)

    return run


def pool(kind, count):
    f = getattr(F, f'{kind}_pool{count}d')

    def run(a, p, shape, x):
        given = windows(a, 'stride', 'padding') | {'ceil_mode': a.get('ceilMode', False)}
        if kind == 'max':
            given |= windows(a, 'dilation')
        else:
            given['count_include_pad'] = a.get('countIncludePad', True)
        return f(x, a['kernel'], **given)

    return run


def adaptive(kind, count):
    f = getattr(F, f'adaptive_{kind}_pool{count}d')
    return lambda a, p, shape, x: f(x, shape[2:])


def batch_norm(a, p, shape, x):
    mean, var = p.get('running_mean'), p.get('running_var')
    return F.batch_norm(x, mean, var, p.get('weight'), p.get('bias'), mean is None, 0, a.get('eps', 1e-5))


def instance_norm(a, p, shape, x):
    mean, var = p.get('running_mean'), p.get('running_var')
    return F.instance_norm(x, mean, var, p.get('weight'), p.get('bias'), mean is None, 0, a.get('eps', 1e-5))


def rms_norm(a, p, shape, x):
    axes = list(range(-len(a['shape']), 0))
    normal = x * torch.rsqrt(x.pow(2).mean(axes, keepdim=True) + a.get('eps', 1e-6))
    return normal * p['weight'] if 'weight' in p else normal


def slice_(a, p, shape, x):
    axis, step = a['axis'], a.get('step', 1) or 1
    start = a['start']['batch'] * 2 if isinstance(a['start'], dict) else a['start']
    index = [slice(None)] * x.dim()
    index[axis] = slice(start, start + (shape[axis] - 1) * step + 1 if shape[axis] else start, step)
    return x[tuple(index)]


def index(a, p, shape, x, *positions):
    axes = a['axes'] if a.get('axes') else [a['axis']]
    key = [slice(None)] * x.dim()
    for axis, places in zip(axes, positions):
        key[axis] = places.long()
    return x[tuple(key)]


def index_select(a, p, shape, x, *positions):
    return x.index_select(a['axis'], positions[0].long() if positions else torch.tensor(a['index']))


def constant(a, p, shape):
    dtype = {'int32': torch.int64, 'bool': torch.bool}.get(a.get('dtype'), torch.get_default_dtype())
    if a.get('fill') is not None:
        return torch.full(shape, a['fill']).to(dtype)
    if a.get('data') is None:
        raise ValueError('a constant without its values')
    return torch.tensor([float(x) for x in a['data']]).to(dtype).reshape(shape)


FUNCTIONS = {
    'linear': lambda a, p, shape, x: F.linear(x, p['weight'], p.get('bias')),
    'embedding': lambda a, p, shape, x: F.embedding(x.long(), p['weight']),
    'batchNorm2d': batch_norm,
    'instanceNorm': instance_norm,
    'groupNorm': lambda a, p, shape, x: F.group_norm(x, a['groups'], p.get('weight'), p.get('bias'), a.get('eps', 1e-5)),
    'layerNorm': lambda a, p, shape, x: F.layer_norm(x, a['shape'], p.get('weight'), p.get('bias'), a.get('eps', 1e-5)),
    'rmsNorm': rms_norm,
    'prelu': lambda a, p, shape, x: F.prelu(x, p['weight']),
    'bilinear': lambda a, p, shape, x, y: F.bilinear(x, y, p['weight'], p.get('bias')),
    'parameter': lambda a, p, shape: p['value'],
    'constant': constant,
    'concat': lambda a, p, shape, *xs: torch.cat(xs, a['axis']),
    'slice': slice_,
    'index': index,
    'indexSelect': index_select,
    'gather': lambda a, p, shape, x, i: x.gather(a['axis'], i.long()),
    'topk': lambda a, p, shape, x: tuple(x.topk(a['k'], a['axis'])),
    'sort': lambda a, p, shape, x: tuple(x.sort(a['axis'])),
    'flatten': lambda a, p, shape, x: x.flatten(a['start'], a['end']),
    'reshape': lambda a, p, shape, x: x.reshape(shape),
    'permute': lambda a, p, shape, x: x.permute(a['order']),
    'expand': lambda a, p, shape, x: x.expand(shape),
    'repeat': lambda a, p, shape, x: x.repeat(a['counts']),
    'repeatInterleave': lambda a, p, shape, x: x.repeat_interleave(a['count'], a['axis']),
    'roll': lambda a, p, shape, x: x.roll(a['shifts'], a['axes']),
    'flip': lambda a, p, shape, x: x.flip(a['axes']),
    'pad': lambda a, p, shape, x: F.pad(x, a['padding'], a.get('mode', 'constant'), **windows(a, 'value')),
    'zeroPad2d': lambda a, p, shape, x: F.pad(x, a['padding']),
    'interpolate': lambda a, p, shape, x: F.interpolate(
        x, shape[2:], mode=a.get('mode', 'nearest'), align_corners=a.get('alignCorners') or None
    ),
    'pixelShuffle': lambda a, p, shape, x: F.pixel_shuffle(x, a['factor']),
    'pixelUnshuffle': lambda a, p, shape, x: F.pixel_unshuffle(x, a['factor']),
    'unfold': lambda a, p, shape, x: F.unfold(x, a['kernel'], a.get('dilation', 1), a.get('padding', 0), a.get('stride', 1)),
}
for count in (1, 2, 3):
    FUNCTIONS[f'conv{count}d'] = convolution(count)
    FUNCTIONS[f'convTranspose{count}d'] = transposed(count)
    for kind in ('max', 'avg'):
        FUNCTIONS[f'{kind}Pool{count}d'] = pool(kind, count)
        FUNCTIONS[f'adaptive{kind.title()}Pool{count}d'] = adaptive(kind, count)


def multihead(a, p, shape, q, k, v):
    """Without the projection of the output, which is a node of its own."""
    embed, heads = a['embed'], a['heads']
    if 'in_proj_weight' in p:
        wq, wk, wv = p['in_proj_weight'].chunk(3)
    else:
        wq, wk, wv = p['q_proj_weight'], p['k_proj_weight'], p['v_proj_weight']
    biases = p['in_proj_bias'].chunk(3) if 'in_proj_bias' in p else (None, None, None)
    q, k, v = (F.linear(x, w, b) for x, w, b in zip((q, k, v), (wq, wk, wv), biases))
    if not a.get('batchFirst'):
        q, k, v = (x.transpose(0, 1) for x in (q, k, v))
    q, k, v = (x.unflatten(-1, (heads, embed // heads)).transpose(1, 2) for x in (q, k, v))
    y = ((q @ k.transpose(-1, -2) / (embed // heads) ** 0.5).softmax(-1) @ v).transpose(1, 2).flatten(2)
    return y if a.get('batchFirst') else y.transpose(0, 1)


FUNCTIONS['multiheadAttention'] = multihead
