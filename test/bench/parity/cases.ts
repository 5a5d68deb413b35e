// The architectures that the executor is held against: what a user would write, and what goes in.

export interface ParityCase {
  readonly id: string;
  /** Python that makes `model`. */
  readonly text: string;
  /** Of each input of forward, batch first, by the names of its arguments where there are several. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** What the first input may hold: whole numbers below this. */
  readonly tokens?: number;
}

const batch = 2;

const vision = (id: string, build: string, size: number, from: string): ParityCase => ({
  id,
  text: `from ${from}\n# espalier: model model input=(1, 3, ${size}, ${size})\nmodel = ${build}\n`,
  inputs: { x: [batch, 3, size, size] },
});
const torchvision = (id: string, size = 64, options = ''): ParityCase =>
  vision(id, `${id}(weights=None${options})`, size, `torchvision.models import ${id}`);
const timm = (id: string, size: number, options = ''): ParityCase =>
  vision(id, `create_model('${id}'${options})`, size, 'timm import create_model');
const language = (id: string, model: string, config: string, extra = ''): ParityCase => ({
  id,
  text: `from transformers import ${model}, ${config.slice(0, config.indexOf('('))}\n\nconfig = ${config}\nmodel = ${model}(config)${extra}\n`,
  inputs: { input_ids: [batch, 16] },
  tokens: 200,
});
const own = (
  id: string,
  module: string,
  build: string,
  inputs: ParityCase['inputs'],
  tokens?: number,
): ParityCase => ({
  id,
  text: `from ${module} import *\n# espalier: model model input=(${Object.values(inputs)[0]!.join(', ')})\nmodel = ${build}\n`,
  inputs,
  ...(tokens ? { tokens } : {}),
});

const encoder =
  'vocab_size=200, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64';

export const parityCases: readonly ParityCase[] = [
  torchvision('resnet18'),
  torchvision('resnet50'),
  torchvision('resnext50_32x4d'),
  torchvision('alexnet'),
  torchvision('mobilenet_v2'),
  torchvision('mobilenet_v3_small'),
  torchvision('densenet121'),
  torchvision('efficientnet_b0'),
  torchvision('convnext_tiny'),
  torchvision('squeezenet1_1'),
  torchvision('shufflenet_v2_x0_5'),
  torchvision('mnasnet0_5'),
  torchvision('regnet_y_400mf'),
  torchvision('inception_v3', 96, ', aux_logits=False, init_weights=False'),
  torchvision('vit_b_32', 64, ', image_size=64'),
  torchvision('swin_t'),
  torchvision('swin_v2_t'),
  {
    id: 'r3d_18',
    text: 'from torchvision.models.video import r3d_18\n# espalier: model model input=(1, 3, 4, 32, 32)\nmodel = r3d_18(weights=None)\n',
    inputs: { x: [batch, 3, 4, 32, 32] },
  },
  timm('deit_tiny_patch16_224', 224),
  timm('convnextv2_atto', 64),
  timm('mixer_s32_224', 224),
  timm('efficientformerv2_s0', 224),
  timm('mobilevit_xxs', 128),
  own('ResNet-20', 'resnet20', 'ResNet20()', { x: [batch, 3, 32, 32] }),
  own('U-Net', 'unet', 'UNet()', { x: [batch, 3, 32, 32] }),
  own('YOLOv8-n', 'yolov8', 'YOLOv8()', { x: [batch, 3, 64, 64] }),
  own('Mamba, scan unrolled', 'mamba', 'Mamba()', { tokens: [batch, 12] }, 200),
  own('Mamba, layers of mamba-ssm', 'mamba_layers', 'MambaLM()', { tokens: [batch, 64] }, 200),
  own('BiLSTM', 'recurrent', 'Tagger()', { tokens: [batch, 9] }, 200),
  language(
    'GPT-2',
    'GPT2LMHeadModel',
    'GPT2Config(vocab_size=200, n_embd=32, n_layer=2, n_head=4, n_positions=32)',
  ),
  language('Llama, grouped queries', 'LlamaForCausalLM', `LlamaConfig(${encoder}, num_key_value_heads=2)`),
  language('BERT', 'BertForSequenceClassification', `BertConfig(${encoder})`),
  language(
    'DistilBERT',
    'DistilBertForSequenceClassification',
    'DistilBertConfig(vocab_size=200, dim=32, n_layers=2, n_heads=4, hidden_dim=64)',
  ),
  language('Qwen2', 'Qwen2ForCausalLM', `Qwen2Config(${encoder}, num_key_value_heads=2)`),
];
