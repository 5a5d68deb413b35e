"""dtype, device and memory-format constants."""


class dtype:
    def __init__(self, name, itemsize, is_floating_point=False, is_complex=False):
        self.name = name
        self.itemsize = itemsize
        self.is_floating_point = is_floating_point
        self.is_complex = is_complex
        self.is_signed = name != 'uint8' and name != 'bool'

    def __repr__(self):
        return f'torch.{self.name}'

    def __reduce__(self):
        return self.name


float32 = float_ = dtype('float32', 4, True)
float64 = double = dtype('float64', 8, True)
float16 = half = dtype('float16', 2, True)
bfloat16 = dtype('bfloat16', 2, True)
uint8 = dtype('uint8', 1)
int8 = dtype('int8', 1)
int16 = short = dtype('int16', 2)
int32 = int_ = dtype('int32', 4)
int64 = long = dtype('int64', 8)
bool_ = dtype('bool', 1)
complex64 = dtype('complex64', 8, False, True)

by_name = {d.name: d for d in (float32, float64, float16, bfloat16, uint8, int8, int16, int32, int64, bool_, complex64)}
by_alias = {
    'float': float32, 'double': float64, 'half': float16, 'int': int32, 'long': int64, 'short': int16, 'cfloat': complex64,
    'float8_e4m3fn': float16, 'float8_e5m2': float16,
}  # fmt: skip
by_alias |= {name: name for name in ('strided', 'contiguous_format', 'channels_last', 'channels_last_3d', 'preserve_format')}
memory_format = layout = str
_default = float32


def named(kind):
    """PyTorch takes Python's own types for dtypes too."""
    return {bool: bool_, int: int64, float: float64}.get(kind, kind) if isinstance(kind, type) else kind


def default():
    return _default


def set_default(new):
    global _default
    _default = new if isinstance(new, dtype) else _default


class device:
    def __init__(self, kind='cpu', index=None):
        kind = getattr(kind, 'type', kind)
        self.type, _, number = str(kind).partition(':')
        self.index = int(number) if number.isdigit() else index

    def __repr__(self):
        return f"device(type='{self.type}')"

    def __str__(self):
        return self.type if self.index is None else f'{self.type}:{self.index}'

    def __eq__(self, other):
        return str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class finfo:
    def __init__(self, kind=float32):
        self.bits = kind.itemsize * 8
        small = kind.itemsize == 2
        self.eps = 1e-3 if small else 1.1920928955078125e-07
        self.max = 65504.0 if small else 3.4028234663852886e38
        self.min = -self.max
        self.tiny = 1.1754943508222875e-38


class iinfo:
    def __init__(self, kind=int64):
        self.bits = kind.itemsize * 8
        self.max = 2 ** (self.bits - 1) - 1
        self.min = -self.max - 1
