// GPUSQ-ViT: what the picker, validation and completion need to know of it.
import { transformerBlocks } from '../../graph/transformer-blocks';
import { fits, misfit } from '../../sparsity/fit';
import type { MethodSpec } from './method-spec';
import { denseShare, half } from './shared-fields';

export const gpusqVit: MethodSpec = {
  id: 'gpusq-vit',
  title: '2:4 and INT8/INT4 for vision transformers',
  summary:
    'Prunes a vision transformer to 2:4, then trains it for INT8 or INT4; labels, logits and features of the model before teach.',
  source:
    'Yu et al. 2023, Boost Vision Transformer with GPU-Friendly Sparsity and Quantization (arXiv 2305.10727)',
  pattern: ({ layout }) => String(layout ?? '2:4'),
  sparsity: half,
  options: [
    { ...denseShare, default: 0.6 },
    {
      key: 'quantiseShare',
      type: 'number',
      min: 0,
      max: 1,
      default: 0.15,
      unit: 'share of all steps',
      doc: 'How long the sparse model is trained with quantised weights and inputs, at the end; 0 leaves it in float. What is left between trains the pruned model.',
    },
    {
      key: 'bits',
      type: 'choice',
      default: '8',
      choices: [
        { value: '8', doc: 'INT8: 2:4 weights take 6.4 times less than float32.' },
        { value: '4', doc: 'INT4: with pairs, 12.8 times less. Hardware wants the pattern 4:8-pairs then.' },
      ],
      doc: 'Width of the whole numbers that weights and inputs become.',
    },
    {
      key: 'layout',
      type: 'choice',
      default: '2:4',
      choices: [
        { value: '2:4', doc: 'Two of every four weights. With INT4 a simulation: no tensor core takes it.' },
        {
          value: '4:8-pairs',
          doc: 'Two of every four pairs of neighbours, as INT4 sparse tensor cores take them.',
        },
      ],
      doc: 'Which weights of a group can be zero together.',
    },
    {
      key: 'supervision',
      type: 'choice',
      default: 'labels',
      choices: [
        { value: 'labels', doc: 'The labels of the data are learnt beside what the teacher says.' },
        { value: 'unsupervised', doc: 'Labels are never read: what the teacher answers is the label.' },
      ],
      doc: 'Where the hard label comes from once the model is pruned.',
    },
    {
      key: 'hard',
      type: 'number',
      min: 0,
      max: 100,
      default: 1,
      doc: 'Weight of the cross-entropy with the hard label (α).',
    },
    {
      key: 'soft',
      type: 'number',
      min: 0,
      max: 100,
      default: 10,
      doc: "Weight of the divergence from the teacher's logits (β).",
    },
    {
      key: 'feature',
      type: 'number',
      min: 0,
      max: 100,
      default: 5,
      doc: "Weight of the distance from the teacher's features (γ), where both say the same class.",
    },
    {
      key: 'temperature',
      type: 'number',
      min: 0.1,
      max: 20,
      default: 3,
      doc: 'Of the softmax whose divergence is learnt (τ).',
    },
    {
      key: 'featureNorm',
      type: 'choice',
      default: 'teacher-power',
      choices: [
        { value: 'teacher-power', doc: "Squared distance over the mean square of the teacher's features." },
        { value: 'raw', doc: 'Squared distance as it is: deep blocks, whose values are large, weigh more.' },
      ],
      doc: 'How distances of features are measured.',
    },
    {
      key: 'criticalShare',
      type: 'number',
      min: 0,
      max: 1,
      default: 0.5,
      unit: 'share of the blocks',
      doc: 'How many of the blocks, the last ones, have their outputs learnt from the teacher.',
    },
    {
      key: 'weightFactor',
      type: 'choice',
      default: 'inverse',
      choices: [
        {
          value: 'inverse',
          doc: 'Blocks that stayed far from the teacher while pruned weigh less, as published.',
        },
        { value: 'proportional', doc: 'They weigh more.' },
        { value: 'uniform', doc: 'All weigh alike.' },
      ],
      doc: 'How much each block weighs while quantising (w).',
    },
    {
      key: 'pruneRate',
      type: 'number',
      min: 0.001,
      max: 10,
      default: 0.5,
      unit: 'of the learning rate',
      doc: 'Learning rate that the pruned model begins with.',
    },
    {
      key: 'quantiseRate',
      type: 'number',
      min: 0.001,
      max: 10,
      default: 0.25,
      unit: 'of the learning rate',
      doc: 'Learning rate that quantising begins with.',
    },
    {
      key: 'percentile',
      type: 'number',
      min: 50,
      max: 100,
      default: 99.9,
      unit: '% of magnitudes',
      doc: 'Inputs are told apart up to this percentile of their size; 100 is the largest seen.',
    },
    {
      key: 'calibration',
      type: 'integer',
      min: 1,
      max: 100_000,
      default: 256,
      unit: 'samples',
      doc: 'Training samples that the ranges of inputs are measured on.',
    },
  ],
  clash({ denseShare: dense, quantiseShare: quantise, supervision }) {
    const total = Number(dense) + Number(quantise);
    if (total > 1) {
      const message = `denseShare ${Number(dense)} and quantiseShare ${Number(quantise)} make ${Number(total.toFixed(3))}, more than all steps`;
      return { key: 'quantiseShare', message };
    }
    if (supervision !== 'unsupervised' || Number(dense) === 0) return undefined;
    const message = `the dense model of denseShare ${Number(dense)} learns from labels: unsupervised, it has to be 0, with model.weights to start from`;
    return { key: 'denseShare', message };
  },
  applies({ graph, layers }) {
    if (transformerBlocks(graph).length === 0)
      return misfit('no block of this model attends and adds what it found: this is for vision transformers');
    const [output] = graph.outputs.map((id) => graph.values[id]!.shape);
    if (output?.length !== 2) return misfit('this model does not answer one row of logits a sample');
    const some = layers.some(
      ({ op, patterns }) =>
        op === 'linear' && patterns.some(({ pattern, fit }) => pattern === '2:4' && fit.ok),
    );
    return some ? fits : misfit('no linear layer of this model has a reduction length divisible by 4');
  },
};
