// Magnitude pruning in any pattern: what the picker, validation and completion need to know of it.
import { parsePattern } from '../../sparsity/patterns/families';
import { ramps } from '../../sparsity/schedules/table';
import type { MethodSpec } from './method-spec';
import { nmMagnitude } from './nm-magnitude';
import { allocatorField, fitsWeights, keepHead } from './shared-fields';

export const magnitude: MethodSpec = {
  id: 'magnitude',
  title: 'Magnitude',
  summary:
    'Removes the smallest weights, at once or along a ramp, in any pattern; then fine-tunes with the masks held.',
  source:
    'Zhu & Gupta 2017, To prune, or not to prune (arXiv 1710.01878); Han et al. 2015 (arXiv 1506.02626)',
  pattern: ({ pattern }) => String(pattern),
  sparsity: {
    key: 'sparsity',
    type: 'number',
    min: 0,
    max: 0.99,
    default: 0.9,
    unit: 'share of prunable weights',
    doc: 'Share of the weights of all layers that the pattern fits which becomes zero. N:M and V:N:M say it themselves.',
  },
  options: [
    {
      key: 'pattern',
      type: 'pattern',
      default: 'unstructured',
      doc: 'Which weights can be zero together.',
    },
    allocatorField('uniform', 'erk', 'global'),
    {
      key: 'ramp',
      type: 'choice',
      default: 'cubic',
      choices: [...ramps.values()].map(({ id, doc }) => ({ value: id, doc })),
      doc: 'How sparsity rises.',
    },
    ...nmMagnitude.options.map((field) =>
      field.key === 'rampShare'
        ? { ...field, doc: 'How long sparsity rises; the rest of the run heals with frozen masks.' }
        : field,
    ),
    keepHead,
  ],
  clash(options) {
    const found = parsePattern(String(options['pattern']));
    const isFixed = typeof found !== 'string' && found.sparsity.min === found.sparsity.max;
    if (isFixed && options['allocator'] !== 'uniform')
      return {
        key: 'allocator',
        message: `options.allocator ${String(options['allocator'])} has nothing to share out: ${found.label} keeps the same of every layer; use uniform`,
      };
    return options['ramp'] === 'one-shot' ? undefined : nmMagnitude.clash?.(options);
  },
  applies: fitsWeights,
};
