// Three-stage compression of detectors: what the picker, validation and completion need to know of it.
import { detectionMaps } from '../../graph/detection-maps';
import { misfit } from '../../sparsity/fit';
import type { MethodSpec } from './method-spec';
import { denseShare, fitsScaledChannels } from './shared-fields';

export const yoloCompression: MethodSpec = {
  id: 'yolo-compression',
  title: 'YOLO compression in three stages',
  summary:
    'Pushes the BatchNorm scales of a detector to zero, removes the weak half of every layer’s channels, fine-tunes with the unpruned one as teacher.',
  source:
    'Sabaghian et al. 2025, sparse training, channel pruning and distillation of YOLOv8 (arXiv 2509.12918)',
  pattern: 'channel',
  sparsity: {
    key: 'sparsity',
    type: 'number',
    min: 0.05,
    max: 0.95,
    default: 0.5,
    unit: 'share of channels',
    doc: 'Share of its channels that every layer loses, or all layers together with scope global. Half of them is three quarters of the parameters and MACs.',
  },
  options: [
    { ...denseShare, default: 0.4 },
    {
      key: 'sparseShare',
      type: 'number',
      min: 0,
      max: 0.9,
      default: 0.35,
      unit: 'share of all steps',
      doc: 'How long scales are pushed to zero; 0 leaves the stage out. What is left of the steps fine-tunes the pruned model.',
    },
    {
      key: 'rate',
      type: 'number',
      min: 1e-7,
      max: 10,
      default: 0.02,
      unit: 'per step',
      doc: 'Learning rate of the sparse stage. SGD with momentum 0.9 whatever training.optimizer says: Adam would take the scale from the penalty.',
    },
    {
      key: 'pull',
      type: 'choice',
      default: 'decaying',
      choices: [
        { value: 'decaying', doc: 's0 at first, a tenth of it in the end, in a line.' },
        { value: 'constant', doc: 's0 throughout.' },
        { value: 'none', doc: 'No penalty: channels are ranked by what the scales happen to be.' },
      ],
      doc: 'How the L1 penalty on BatchNorm scales goes on over the sparse stage.',
    },
    {
      key: 's0',
      type: 'number',
      min: 0,
      max: 10,
      default: 0,
      unit: 'of a gradient',
      doc: 'Penalty at first (s₀); 0 chooses one that moves a scale by 2 in the steps there are. Σ rate · s / (1 − momentum) should be 1 … 3.',
    },
    {
      key: 'scope',
      type: 'choice',
      default: 'layer',
      choices: [
        { value: 'layer', doc: 'Every layer loses the same share, its own smallest.' },
        {
          value: 'global',
          doc: 'The smallest of all layers together go; the largest of a layer always stays.',
        },
      ],
      doc: 'What channels are ranked among.',
    },
    {
      key: 'criterion',
      type: 'choice',
      default: 'bnGamma',
      choices: [
        { value: 'bnGamma', doc: 'The mean size of the BatchNorm scales that the channel passes through.' },
        { value: 'l1', doc: 'The size of the filters that make it, as a multiple of its layer’s mean.' },
        { value: 'random', doc: 'Chance: what a criterion has to beat.' },
      ],
      doc: 'What channels are ranked by.',
    },
    {
      key: 'minChannels',
      type: 'integer',
      min: 1,
      max: 65_536,
      default: 1,
      unit: 'channels',
      doc: 'Channels that every layer keeps.',
    },
    {
      key: 'roundTo',
      type: 'integer',
      min: 1,
      max: 64,
      default: 1,
      unit: 'channels',
      doc: 'Kept widths are rounded up to a multiple of this: some kernels like round widths.',
    },
    {
      key: 'recalibrate',
      type: 'integer',
      min: 0,
      max: 1000,
      default: 20,
      unit: 'batches',
      doc: "Batches that BatchNorm's statistics are measured on after the cut.",
    },
    {
      key: 'fineTuneRate',
      type: 'number',
      min: 0.001,
      max: 10,
      default: 0.5,
      unit: 'of the learning rate',
      doc: 'Learning rate that fine-tuning begins with.',
    },
    {
      key: 'cwd',
      type: 'number',
      min: 0,
      max: 1000,
      default: 10,
      doc: 'Weight of the distance from the teacher’s maps while fine-tuning (λ; channel-wise distillation, Shu et al. 2021, arXiv 2011.13256); 0 trains on labels alone.',
    },
    {
      key: 'tau',
      type: 'number',
      min: 0.1,
      max: 20,
      default: 1,
      doc: 'Temperature of the softmax over the places of a channel (τ).',
    },
    {
      key: 'align',
      type: 'choice',
      default: 'index',
      choices: [
        { value: 'index', doc: 'Each channel that stays learns from what it was in the teacher.' },
        {
          value: 'adapter',
          doc: 'A 1×1 convolution, thrown away in the end, leads to all of the teacher’s.',
        },
      ],
      doc: 'How maps of fewer channels are held against the teacher’s.',
    },
    {
      key: 'teacher',
      type: 'choice',
      default: 'parent',
      choices: [
        { value: 'parent', doc: 'The model as the sparse stage leaves it, before the cut.' },
        { value: 'original', doc: 'The model before the sparse stage.' },
      ],
      doc: 'Whose maps are learnt.',
    },
  ],
  clash({ denseShare: dense, sparseShare: sparse }) {
    const total = Number(dense) + Number(sparse);
    if (total <= 0.98) return undefined;
    const message = `denseShare ${Number(dense)} and sparseShare ${Number(sparse)} make ${Number(total.toFixed(3))}: keep them within 0.98, the rest fine-tunes`;
    return { key: 'sparseShare', message };
  },
  applies(model) {
    if (detectionMaps(model.graph).length === 0)
      return misfit('this model answers no maps of boxes and scores: it is for detectors such as YOLOv8');
    return fitsScaledChannels(model);
  },
};
