"""What a file hears when it asks which packages there are: importlib.metadata, and importlib.util.find_spec."""

import importlib.metadata
import importlib.util
import re

from .host import ask

# What the stand-ins pass for.
STAND_INS = {'torch': '2.5.0', 'numpy': '1.26.4', 'keras': '3.10.0', 'tensorflow': '2.18.0', 'einops': '0.8.0'}
# Packages that train, serve, fetch or speed up models and never decide what one looks like. They are not read even
# where they are installed: a file that can do without them is told that they are absent, any other gets placeholders.
ABSENT = frozenset(
    'accelerate apex aqlm auto_gptq awq bitsandbytes boto3 causal_conv1d clearml comet_ml cv2 cupy dask datasets deepspeed'
    ' detectron2 eetq faiss flash_attn flax fsspec gguf google gradio hqq intel_extension_for_pytorch IPython jax jaxlib'
    ' librosa liger_kernel mamba_ssm matplotlib mlflow natten nltk onnx onnxruntime optimum optuna pandas peft polars'
    ' pyarrow pytest quanto ray scipy seaborn sentencepiece sklearn smdistributed soundfile spacy sympy tensorboard'
    ' tensorboardX tensorrt tiktoken tokenizers torch_xla torchao torchaudio transformer_engine triton wandb xformers'.split()
)
# The same, but code relies on them: they are there, and everything in them is a placeholder.
UNREAD = frozenset('filelock huggingface_hub PIL regex requests safetensors tqdm urllib3 yaml'.split())
# Kernels that are built where there is CUDA only, which stand here in their plain forms. A user's file has them even where it could do
# without; packages go their other way.
PLAIN = frozenset(('causal_conv1d', 'mamba_ssm'))
# Distributions that are called otherwise than what they install.
_DISTRIBUTIONS = {'PIL': 'pillow', 'yaml': 'pyyaml'}


# Absolute folders of the user's environment, of the trace under way.
folders = ()


def holds(file):
    """Whether a file is a package's, and none of the user's own."""
    return any(file.startswith(f'{folder}/') for folder in folders)

# Parts of packages that are read otherwise: they prepare data, and take most of the time that importing takes.
SKIPPED = frozenset(
    (
        'torchvision.datasets',
        'torchvision.io',
        'torchvision.transforms',
        # Writes docstrings with thousands of patterns; the classes that it decorates stay what they are.
        'transformers.utils.auto_docstring',
    )
)


def read(name):
    """Whether a package is read where it is installed. What the workspace has under such a name is read anyway."""
    return name not in ABSENT and name not in UNREAD


def asked_by_find_spec(frame):
    """Whether a finder was asked by importlib.util.find_spec, which wants to know, and not by an import, which must have."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file in ('<frozen importlib.util>', importlib.util.__file__):
            return frame.f_code.co_name == 'find_spec'
        if not file.startswith('<frozen importlib'):
            return False
        frame = frame.f_back
    return False


def version_of(module):
    """What a placeholder says when it is asked for its version."""
    return _version(_DISTRIBUTIONS.get(module, module)) or '0'


class Distributions:
    """Answers importlib.metadata."""

    def find_spec(self, name, path=None, target=None):
        return None

    def find_distributions(self, context=None):
        name = getattr(context, 'name', None)
        version = _version(name) if name else None
        return [_Distribution(name, version)] if version else []


class _Distribution(importlib.metadata.Distribution):
    def __init__(self, name, version):
        self.text = f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n'
        self.known = version

    @property
    def version(self):
        return self.known

    def read_text(self, filename):
        return self.text if filename == 'METADATA' else None

    def locate_file(self, path):
        return path


def _version(name):
    name = re.sub(r'[-_.]+', '_', name).lower()
    if name in ABSENT:
        return None
    return STAND_INS.get(name) or ask('distribution', name=name)
