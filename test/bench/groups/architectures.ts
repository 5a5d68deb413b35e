// The architectures whose groups are checked: torchvision's, and families that it lacks as files in test/golden.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Architecture {
  readonly id: string;
  /** Builds the variable `model`. */
  readonly text: string;
  /** Whether the module itself runs with narrower layers, so that it is tried as well. */
  readonly runsNarrower?: boolean;
  /** For each input the number of token ids, 0 where it holds real numbers. */
  readonly tokens?: readonly number[];
}

/** Small images, since nothing here depends on their size but the time it takes. */
export function fromTorchvision(id: string, size: number, runsNarrower: boolean, args = ''): Architecture {
  const lines = [
    `from torchvision.models import ${id}`,
    '',
    `# espalier: model model input=(1, 3, ${size}, ${size})`,
    `model = ${id}(${args})`,
    '',
  ];
  return { id, text: lines.join('\n'), runsNarrower };
}

export function fromFile(id: string, tokens?: readonly number[]): Architecture {
  const text = readFileSync(path.join(process.cwd(), 'test/golden/pytorch', `${id}.py`), 'utf8');
  return { id, text, ...(tokens ? { tokens } : {}) };
}

/** Layers of a package that only CUDA builds: in PyTorch, what stands for it in test/bench/parity/references. */
const mamba: Architecture = {
  id: 'mamba',
  text: `${readFileSync(path.join(process.cwd(), 'test/bench/parity/models/mamba_layers.py'), 'utf8')}
# espalier: model model input=(1, 12)
model = MambaLM()
`,
  tokens: [200],
};

export const architectures: readonly Architecture[] = [
  fromTorchvision('resnet18', 64, true),
  fromTorchvision('resnext50_32x4d', 64, true),
  fromTorchvision('densenet121', 64, true),
  fromTorchvision('vgg11_bn', 64, true),
  fromTorchvision('mobilenet_v2', 64, true),
  fromTorchvision('mobilenet_v3_small', 64, true),
  fromTorchvision('efficientnet_b0', 64, true),
  fromTorchvision('shufflenet_v2_x1_0', 64, true),
  fromTorchvision('squeezenet1_0', 64, true),
  fromTorchvision('googlenet', 64, true, 'init_weights=False'),
  fromTorchvision('inception_v3', 96, true, 'init_weights=False'),
  fromTorchvision('regnet_y_400mf', 64, true),
  fromTorchvision('mnasnet1_0', 64, true),
  fromTorchvision('convnext_tiny', 64, false),
  fromTorchvision('vit_b_16', 64, false, 'image_size=64'),
  fromTorchvision('swin_t', 64, false),
  fromFile('gpt', [100]),
  fromFile('llama', [100]),
  fromFile('bert', [100]),
  fromFile('vit_fused'),
  fromFile('unet_transposed'),
  mamba,
];
