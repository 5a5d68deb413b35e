// MaskSparsity: what the picker, validation and completion need to know of it.
import type { MethodSpec } from './method-spec';
import { fitsScaledChannels, flopsShare } from './shared-fields';

const share = 'share of all steps';

export const maskSparsity: MethodSpec = {
  id: 'mask-sparsity',
  title: 'MaskSparsity channel pruning',
  summary:
    'Finds the channels that can go, pulls only their BatchNorm scales to zero from the trained model on, cuts them, fine-tunes.',
  source: 'Jiang et al. 2022, Pruning-aware Sparse Regularization for Network Pruning (arXiv 2201.06776)',
  pattern: 'channel',
  sparsity: {
    ...flopsShare,
    doc: 'Share of the FLOPs to remove; of the channels with threshold quantile. The thresholds absolute and energy take what they find.',
  },
  options: [
    {
      key: 'maskSource',
      type: 'choice',
      default: 'global-sparse',
      choices: [
        {
          value: 'global-sparse',
          doc: 'A stage with the penalty on all scales shows which channels are weak.',
        },
        { value: 'baseline', doc: 'The scales of the trained model as they are.' },
        { value: 'magnitude', doc: 'The norms of the filters of the trained model.' },
        { value: 'uniform', doc: 'The same share of every group, the smallest scales of it.' },
        { value: 'given', doc: 'What keep says.' },
      ],
      doc: 'What the mask of channels to remove is made from.',
    },
    {
      key: 'threshold',
      type: 'choice',
      default: 'flops',
      choices: [
        {
          value: 'flops',
          doc: 'As few channels as remove the share of FLOPs that sparsity asks for, or meet the budget.',
        },
        {
          value: 'quantile',
          doc: 'The smallest of all layers, as large a share of the channels as sparsity, or as meets the budget.',
        },
        { value: 'absolute', doc: 'Scales of at most tau.' },
        {
          value: 'energy',
          doc: 'The smallest that hold no more than the share energy of a layer’s Σ γ² (Ye et al. 2020).',
        },
      ],
      doc: 'Which channels the mask takes.',
    },
    {
      key: 'tau',
      type: 'number',
      min: 0,
      max: 10,
      default: 0.01,
      unit: 'of |γ|',
      doc: 'Bound of the absolute threshold.',
    },
    {
      key: 'energy',
      type: 'number',
      min: 0,
      max: 0.5,
      default: 1e-4,
      unit: 'share of Σ γ²',
      doc: 'Bound of the energy threshold.',
    },
    {
      key: 'keep',
      type: 'text',
      optional: true,
      doc: 'Of the source given: channels that stay by BatchNorm, such as "stem.bn: 0-3, 7; layer1.bn: 2-5".',
    },
    {
      key: 'minChannels',
      type: 'integer',
      min: 1,
      max: 65_536,
      default: 1,
      unit: 'channels',
      doc: 'Channels that every group keeps, whatever the threshold says.',
    },
    {
      key: 'minShare',
      type: 'number',
      min: 0,
      max: 1,
      default: 0.1,
      unit: 'share of a group',
      doc: 'Share of its channels that every group keeps: bounds over all layers empty thin early ones.',
    },
    {
      key: 'roundTo',
      type: 'integer',
      min: 1,
      max: 64,
      default: 4,
      unit: 'channels',
      doc: 'With threshold flops, kept widths are rounded up to a multiple of this.',
    },
    {
      key: 'regulariser',
      type: 'choice',
      default: 'l1',
      choices: [
        { value: 'l1', doc: 'λ · sign(γ).' },
        { value: 'l2', doc: 'λ · γ: weakens as scales shrink.' },
        { value: 'smoothL1', doc: 'λ · sign(γ), and λ · γ within one step of zero, where L1 chatters.' },
      ],
      doc: 'How scales are pulled.',
    },
    {
      key: 'lambda',
      type: 'number',
      min: 0,
      max: 10,
      default: 0,
      unit: 'of a gradient',
      doc: 'Pull (λ); 0 chooses one that moves a scale by 6 in the steps there are. λ · Σ rate / (1 − momentum) below 2.5 is refused.',
    },
    {
      key: 'baselineShare',
      type: 'number',
      min: 0,
      max: 0.9,
      default: 0.35,
      whenTrained: 0,
      unit: share,
      doc: 'How long the model trains before any penalty. 0 when starting from trained weights.',
    },
    {
      key: 'sparseShare',
      type: 'number',
      min: 0.01,
      max: 0.9,
      default: 0.25,
      unit: share,
      doc: 'How long each sparse stage takes; there are two with the source global-sparse. The rest fine-tunes.',
    },
    {
      key: 'rate',
      type: 'number',
      min: 1e-7,
      max: 10,
      default: 0.05,
      unit: 'per step',
      doc: 'Learning rate of all stages but the last, a tenth of it after 50 % and again after 80 % of each. SGD, Nesterov 0.9, whatever training.optimizer says: Adam would take the scale from λ.',
    },
    {
      key: 'fineTuneRate',
      type: 'number',
      min: 1e-7,
      max: 10,
      default: 0.01,
      unit: 'per step',
      doc: 'Learning rate of the fine-tuning, falling the same way.',
    },
    {
      key: 'cutBy',
      type: 'choice',
      default: 'mask',
      choices: [
        { value: 'mask', doc: 'The channels of the mask go.' },
        { value: 'scales', doc: 'The threshold is applied again to what the scales have become.' },
      ],
      doc: 'Which channels are cut in the end.',
    },
    {
      key: 'compensate',
      type: 'flag',
      default: true,
      doc: 'Puts what silent channels still say, relu(β), into the biases of the layers behind them.',
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
  ],
  clash(options, hasBudget) {
    const stages = options['maskSource'] === 'global-sparse' ? 2 : 1;
    const total = Number(options['baselineShare']) + stages * Number(options['sparseShare']);
    if (total > 0.98) {
      const message = `baselineShare and ${stages} × sparseShare make ${Number(total.toFixed(3))}: keep them within 0.98, the rest fine-tunes`;
      return { key: 'sparseShare', message };
    }
    if (options['maskSource'] === 'given' && String(options['keep'] ?? '').trim() === '')
      return { key: 'keep', message: 'maskSource given needs keep, the channels that stay' };
    if (hasBudget && options['maskSource'] === 'given')
      return {
        key: 'maskSource',
        message: 'maskSource given says which channels stay: leave out the budget',
      };
    const ofSizes = options['threshold'] === 'absolute' || options['threshold'] === 'energy';
    if (ofSizes && (options['maskSource'] === 'uniform' || options['maskSource'] === 'magnitude'))
      return {
        key: 'threshold',
        message: `threshold ${String(options['threshold'])} is of |γ|, and maskSource ${String(options['maskSource'])} does not look at it: write flops or quantile`,
      };
    if (hasBudget && ofSizes)
      return {
        key: 'threshold',
        message: `threshold ${String(options['threshold'])} takes what it finds, whatever the budget: write flops or quantile`,
      };
    return undefined;
  },
  applies: fitsScaledChannels,
};
