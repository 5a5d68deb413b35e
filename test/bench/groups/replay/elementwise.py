"""What real PyTorch computes for ops that treat every element alike, and for reductions. Table: op → f(attrs, *inputs)."""

import math
import operator

import torch
import torch.nn.functional as F


def plain(f):
    return lambda a, x: f(x)


UNARY = {
    'relu': plain(F.relu),
    'relu6': plain(F.relu6),
    'leakyRelu': lambda a, x: F.leaky_relu(x, a.get('slope', 0.01)),
    'elu': lambda a, x: F.elu(x, a.get('alpha', 1)),
    'selu': plain(F.selu),
    'celu': lambda a, x: F.celu(x, a.get('alpha', 1)),
    'gelu': lambda a, x: F.gelu(x, approximate=a.get('approximate', 'none')),
    'silu': plain(F.silu),
    'mish': plain(F.mish),
    'sigmoid': plain(torch.sigmoid),
    'logSigmoid': plain(F.logsigmoid),
    'hardSigmoid': plain(F.hardsigmoid),
    'hardSwish': plain(F.hardswish),
    'tanh': plain(torch.tanh),
    'tanhshrink': plain(F.tanhshrink),
    'softplus': plain(F.softplus),
    'softsign': plain(F.softsign),
    'hardshrink': lambda a, x: F.hardshrink(x, a['lambda']),
    'softshrink': lambda a, x: F.softshrink(x, a['lambda']),
    'threshold': lambda a, x: F.threshold(x, a['threshold'], a['value']),
    'clamp': lambda a, x: torch.clamp(x, a.get('min'), a.get('max')),
    'pow': lambda a, x: torch.pow(x, a['exponent']),
    'logicalNot': plain(torch.logical_not),
    'softmax': lambda a, x: F.softmax(x, a['axis']),
    'logSoftmax': lambda a, x: F.log_softmax(x, a['axis']),
    'dropout': plain(lambda x: x),
    'identity': plain(lambda x: x),
    'normalize': lambda a, x: F.normalize(x, a.get('p', 2), a['axis'], a.get('eps', 1e-12)),
    'localResponseNorm': lambda a, x: F.local_response_norm(x, a['size'], a['alpha'], a['beta'], a['k']),
}
for name in 'exp expm1 log log1p log2 log10 sqrt rsqrt reciprocal abs sign erf sin cos tan floor ceil round isnan'.split():
    UNARY[name] = plain(getattr(torch, name))

PAIRS = {
    'add': operator.add,
    'sub': operator.sub,
    'mul': operator.mul,
    'div': operator.truediv,
    'floorDivide': lambda a, b: torch.div(a, b, rounding_mode='floor'),
    'remainder': operator.mod,
    'powTensor': operator.pow,
    'eq': operator.eq,
    'ne': operator.ne,
    'lt': operator.lt,
    'le': operator.le,
    'gt': operator.gt,
    'ge': operator.ge,
}
BOTH_TENSORS = {
    'maximum': torch.maximum,
    'minimum': torch.minimum,
    'atan2': torch.atan2,
    'logicalAnd': torch.logical_and,
    'logicalOr': torch.logical_or,
    'logicalXor': torch.logical_xor,
}


def binary(f, tensors):
    def run(attrs, a, b=None):
        if b is None:
            b = attrs['scalar']
            b = torch.as_tensor(b, dtype=a.dtype) if tensors else b
            if attrs.get('reversed'):
                a, b = b, a
        return f(a, b)

    return run


def where(attrs, condition, *branches):
    rest = list(branches)
    a = attrs['scalarA'] if attrs.get('scalarA') is not None else rest.pop(0)
    b = attrs['scalarB'] if attrs.get('scalarB') is not None else rest.pop(0)
    like = next((x for x in (a, b) if isinstance(x, torch.Tensor)), None)
    a, b = (x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=like.dtype) for x in (a, b))
    return torch.where(condition.bool(), a, b)


def axes_of(attrs, x):
    axes = attrs.get('axes', attrs.get('axis'))
    if axes is None:
        return list(range(x.dim()))
    return list(axes) if isinstance(axes, list) else [axes]


def reduction(f):
    return lambda a, x: f(x, axes_of(a, x), a.get('keepDims', False), a)


def one_by_one(f):
    """For reductions that PyTorch has along one axis only."""

    def run(x, axes, keep, _):
        for axis in sorted((axis % x.dim() for axis in axes), reverse=True):
            x = f(x, axis, keep)
        return x

    return reduction(run)


REDUCTIONS = {
    'mean': reduction(lambda x, axes, keep, a: x.mean(axes, keep)),
    'sum': reduction(lambda x, axes, keep, a: x.sum(axes, keep)),
    'max': reduction(lambda x, axes, keep, a: x.amax(axes, keep)),
    'min': reduction(lambda x, axes, keep, a: x.amin(axes, keep)),
    'std': reduction(lambda x, axes, keep, a: x.std(axes, unbiased=a.get('unbiased', True), keepdim=keep)),
    'var': reduction(lambda x, axes, keep, a: x.var(axes, unbiased=a.get('unbiased', True), keepdim=keep)),
    'norm': reduction(lambda x, axes, keep, a: torch.linalg.vector_norm(x, a.get('p', 2), axes, keep)),
    'logsumexp': reduction(lambda x, axes, keep, a: x.logsumexp(axes, keep)),
    'prod': one_by_one(lambda x, axis, keep: x.prod(axis, keep)),
    'any': one_by_one(lambda x, axis, keep: x.any(axis, keep)),
    'all': one_by_one(lambda x, axis, keep: x.all(axis, keep)),
    'argmax': reduction(lambda x, axes, keep, a: x.argmax(axes[0] if len(axes) == 1 else None, keep)),
    'argmin': reduction(lambda x, axes, keep, a: x.argmin(axes[0] if len(axes) == 1 else None, keep)),
    'cumsum': lambda a, x: x.cumsum(a['axis']),
    'cumprod': lambda a, x: x.cumprod(a['axis']),
}

FUNCTIONS = {
    **UNARY,
    **{kind: binary(f, False) for kind, f in PAIRS.items()},
    **{kind: binary(f, True) for kind, f in BOTH_TENSORS.items()},
    **REDUCTIONS,
    'where': where,
}


def attention(attrs, q, k, v, mask=None):
    groups = attrs.get('groups', 1) or 1
    if groups > 1:
        k, v = k.repeat_interleave(groups, -3), v.repeat_interleave(groups, -3)
    scale = attrs.get('scale')
    scores = q @ k.transpose(-1, -2) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if attrs.get('causal'):
        future = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, -math.inf)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    return scores.softmax(-1) @ v


FUNCTIONS['attention'] = attention
FUNCTIONS['matmul'] = lambda attrs, a, b: a @ b
FUNCTIONS['einsum'] = lambda attrs, *xs: torch.einsum(attrs['equation'], *xs)


def selective_scan(attrs, u, delta, a, b, c):
    h, ys = u.new_zeros(u.shape[0], *a.shape), []
    for t in range(u.shape[2]):
        h = torch.exp(delta[:, :, t, None] * a) * h + delta[:, :, t, None] * b[:, None, :, t] * u[:, :, t, None]
        ys.append((h * c[:, None, :, t]).sum(-1))
    return torch.stack(ys, 2)


FUNCTIONS['selectiveScan'] = selective_scan
