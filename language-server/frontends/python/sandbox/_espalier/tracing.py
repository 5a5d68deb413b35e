"""One forward pass of one model, recorded."""

from . import inert, record
from .dims import BatchDim, encode
from .host import ask


class Attempt:
    error = None
    path = ''  # the innermost module that the error came from
    barrier = None
    batch = 1
    fits = False


def describe(module):
    """Every module with its path, and what it owns, in the order of state_dict."""
    paths, params, rows, shared = {}, {}, [], []
    for path, part in module.named_modules():
        paths[id(part)] = path
        own = []
        for kind in ('_parameters', '_buffers'):
            for name, value in part.__dict__.get(kind, {}).items():
                if value is None or name in part._transient or not hasattr(value, 'shape'):
                    continue
                full = f'{path}.{name}' if path else name
                if id(value) in params:
                    shared.append((full, params[id(value)]))
                    continue
                params[id(value)] = full
                dtype = {'int64': 'int32', 'bool': 'bool'}.get(value.dtype.name, 'float32')
                own.append([name, encode(value.shape), dtype, kind == '_parameters', value._init])
        row = {'path': path, 'own': own}
        if own and part._op and _as_declared(part, own):
            row.update(op=part._op, attrs=part._attrs())
        rows.append(row)
    return paths, params, rows, shared


def _as_declared(part, own):
    """Whether the layer still owns what its op declares: a file may have taken or replaced some of it."""
    mine = {name: shape for name, shape, *_ in own}
    return all(mine.get(role) == shape for role, shape, _ in record.declared(part._op, part._attrs()))


def forward(module, shapes):
    """Runs forward on symbolic tensors of these shapes, whose first dimension is the batch."""
    from torch._tensor import Tensor

    attempt = Attempt()
    paths, params, rows, shared = describe(module)
    session = record.Session(paths, params)
    session.modules = [[path, type(part).__name__, part._built] for path, part in module.named_modules()]
    for name, first in shared:
        session.note(f'{name} is {first}: counted once')
    inputs = []
    given = [[BatchDim(1), *shape[1:]] if len(shape) > 1 else list(shape) for shape in shapes]
    for value, shape in zip(ask('begin', modules=rows, inputs=[encode(shape) for shape in given]), given):
        made = Tensor._make(shape)
        made._value, made._session = value, session
        inputs.append(made)
    attempt.session, attempt.outputs = session, []
    record.current = session
    inert.consulted, inert.strict = None, True
    try:
        answer = module(*inputs)
        attempt.outputs = [t for t in _in_order(answer) if record.traced(t)]
    except record.Barrier as barrier:
        attempt.barrier = str(barrier)
        session.note(f'forward is followed up to here: {barrier}')
        attempt.outputs = [session.last] if session.last is not None else inputs
    except (Exception, SystemExit) as error:
        attempt.error = error
        attempt.path = session.failed_path
        attempt.outputs = [session.last] if session.last is not None else inputs
    finally:
        record.current, inert.strict = None, False
    attempt.consulted = inert.consulted
    attempt.nodes = session.nodes
    if attempt.error is None:
        attempt.batch = _batch_of(attempt.outputs)
        attempt.fits = attempt.batch == 1 or attempt.barrier is not None
    return attempt


def _in_order(answer):
    seen = set()
    for tensor in record.tensors_in(answer):
        if id(tensor) not in seen:
            seen.add(id(tensor))
            yield tensor


def _batch_of(outputs):
    """How many rows an input row became: `view(-1, 400)` on the wrong image makes another number than one."""
    first = outputs[0].shape[0] if outputs and outputs[0].shape else BatchDim(1)
    return first.batch if isinstance(first, BatchDim) else 1
