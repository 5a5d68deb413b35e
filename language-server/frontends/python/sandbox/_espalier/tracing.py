"""One forward pass of one model, recorded."""

from . import inert, record
from .dims import BatchDim
from .host import STOPS


class Attempt:
    error = None
    path = ''  # the innermost module that the error came from
    barrier = None
    batch = 1
    fits = False


def forward(framework, model, shapes):
    """Runs forward on symbolic tensors of these shapes, whose first dimension is the batch."""
    from torch._dtypes import int64
    from torch._tensor import Tensor

    attempt = Attempt()
    inert.consulted, inert.strict = None, True
    try:
        model = framework.ready(model, shapes)
    except (Exception, SystemExit) as error:
        attempt.error = error
    paths, params, rows, notes = framework.describe(model)
    session = record.Session(framework, paths, params, rows)
    session.modules = framework.tree(model)
    for text in notes:
        session.note(text)
    inputs = []
    for shape in shapes:
        whole = getattr(shape, 'whole', False)
        made = Tensor._make([BatchDim(1), *shape[1:]] if len(shape) > 1 else list(shape), None, int64 if whole else None)
        made._value, made._session = session.input(made.shape, 'int32' if whole else 'float32'), session
        inputs.append((getattr(shape, 'name', None), made))
    attempt.session, attempt.outputs = session, []
    if attempt.error is None:
        _call(framework, model, inputs, attempt)
    inert.strict = False
    attempt.path = getattr(attempt.error, 'layer', session.failed_path)
    attempt.consulted = inert.consulted
    attempt.nodes = len(session.nodes)
    if attempt.error is None:
        attempt.fits = attempt.batch == 1 or attempt.barrier is not None
    return attempt


def _call(framework, model, inputs, attempt):
    session = record.current = attempt.session
    try:
        positional = [framework.feed(tensor) for name, tensor in inputs if name is None]
        named = {name: framework.feed(tensor) for name, tensor in inputs if name is not None}
        made = list(_in_order(framework.call(model, positional, **named)))
        attempt.outputs = record.keep(made)
        attempt.batch = _batch_of(made)
    except record.Barrier as barrier:
        attempt.barrier = str(barrier)
        session.note(f'forward is followed up to here: {barrier}')
        attempt.outputs = record.keep([session.last] if session.last is not None else [tensor for _, tensor in inputs])
    except STOPS:
        raise
    except BaseException as error:
        attempt.error = error
        attempt.outputs = record.keep([session.last] if session.last is not None else [tensor for _, tensor in inputs])
    finally:
        record.current, inert.strict = None, False
        session.restore()


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
