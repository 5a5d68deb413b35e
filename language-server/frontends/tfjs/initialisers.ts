// Keras initialisers as the graph's Init. Values that the graph cannot say fall back to Keras' default, Glorot uniform.
import type { Init, Param } from '../../../core/graph/model-graph';
import type { Config } from './layers';

interface Initialiser {
  readonly class_name: string;
  readonly config: Readonly<Record<string, number | string | null>>;
}

/** How each parameter of a layer starts, by its role in the op. */
export function initialisation(config: Config): (role: string, param: Param) => Init {
  return (role, param) => {
    if (role === 'bias' && param.axes[0] !== 'channel') return { kind: 'constant', value: 0 };
    if (role !== 'weight' || param.shape.length < 2) return param.init;
    const named = (config['kernel_initializer'] ?? config['depthwise_initializer']) as
      Initialiser | undefined;
    return kernel(named, fans(param));
  };
}

/** Inputs and outputs that one weight of a kernel connects, receptive field included (Glorot & Bengio 2010). */
function fans({ shape, axes }: Param): { readonly in: number; readonly out: number } {
  const size = (role: string) => shape.reduce((n, dim, i) => (axes[i] === role ? n * dim : n), 1);
  const field = size('height') * size('width');
  return { in: field * size('in'), out: field * size('out') };
}

function kernel(named: Initialiser | undefined, fan: { readonly in: number; readonly out: number }): Init {
  const glorot: Init = { kind: 'uniform', bound: Math.sqrt(6 / (fan.in + fan.out)) };
  if (!named) return glorot;
  const { class_name, config } = named;
  if (class_name === 'RandomNormal' || class_name === 'TruncatedNormal') {
    return { kind: 'normal', std: Number(config['stddev'] ?? 0.05) };
  }
  if (class_name === 'RandomUniform') return { kind: 'uniform', bound: Number(config['maxval'] ?? 0.05) };
  if (class_name !== 'VarianceScaling') return glorot;
  const mode = String(config['mode']).toLowerCase();
  const divisor = mode === 'fan_in' ? fan.in : mode === 'fan_out' ? fan.out : (fan.in + fan.out) / 2;
  const variance = Number(config['scale'] ?? 1) / divisor;
  return config['distribution'] === 'uniform'
    ? { kind: 'uniform', bound: Math.sqrt(3 * variance) }
    : { kind: 'normal', std: Math.sqrt(variance) };
}
