"""Batch and instance normalisation."""

from _espalier import dims, record
from _espalier.host import ShapeMismatch
from torch._ops import tensor
from torch.nn._sizes import size

from ._start import buffer, counter, filled
from .module import Weighted


class _NormBase(Weighted):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None):
        super().__init__()
        self.num_features = size(num_features, 'num_features')
        self.eps, self.momentum, self.affine = eps, momentum, bool(affine)
        self.track_running_stats = track_running_stats
        for name, value in (('weight', 1.0), ('bias', 0.0)):
            self.register_parameter(name, filled([self.num_features], value) if affine else None)
        for name, value in (('running_mean', 0.0), ('running_var', 1.0)):
            self.register_buffer(name, buffer([self.num_features], value) if track_running_stats else None)
        self.register_buffer('num_batches_tracked', counter() if track_running_stats else None)
        self.reset_parameters()

    def _scaled(self):
        return self._parameters.get('weight') is not None

    def _check(self, input):
        if self._ranks and len(input.shape) not in self._ranks:
            expected = ' or '.join(f'{rank}-D' for rank in self._ranks)
            raise ShapeMismatch(f'{type(self).__name__} expects a {expected} input, not {dims.show(input.shape)}')

    def reset_running_stats(self):
        pass

    def reset_parameters(self):
        self.reset_running_stats()

    _ranks = ()


class _BatchNorm(_NormBase):
    _op = 'batchNorm2d'

    def _attrs(self):
        momentum = 0.1 if self.momentum is None else float(self.momentum)
        return {'features': self.num_features, 'eps': float(self.eps), 'momentum': momentum, 'affine': self._scaled()}

    def forward(self, input):
        input = tensor(input)
        self._check(input)
        if self.running_mean is None:
            shapes = record.shape_of(self._op, [input], self._attrs())
            return record.unknown('batch norm without running statistics', [input], shapes)[0]
        return super().forward(input)


class BatchNorm1d(_BatchNorm):
    _ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    _ranks = (4,)


class BatchNorm3d(_BatchNorm):
    _ranks = (5,)


class SyncBatchNorm(_BatchNorm):
    @classmethod
    def convert_sync_batchnorm(cls, module, process_group=None):
        return module


class _InstanceNorm(_NormBase):
    _op = 'instanceNorm'

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None):
        super().__init__(num_features, eps, momentum, affine, track_running_stats)

    def _attrs(self):
        tracked = self._buffers.get('running_mean') is not None
        return {'features': self.num_features, 'eps': float(self.eps), 'affine': self._scaled(), 'track': tracked}

    def forward(self, input):
        self._check(input)
        return record.op(self._op, [input], self._attrs(), self, shapes=[input.shape])[0]


class InstanceNorm1d(_InstanceNorm):
    _ranks = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    _ranks = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    _ranks = (4, 5)
