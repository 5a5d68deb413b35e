// The shape of a Keras configuration, as TF.js' `toJSON` and `model.json` files write it.
import type { Config } from './layers';

export interface Topology {
  readonly class_name: string;
  readonly config: ModelConfig | readonly LayerConfig[];
}

export interface ModelConfig {
  readonly name?: string;
  readonly layers: readonly LayerConfig[];
  readonly input_layers?: readonly Reference[];
  readonly output_layers?: readonly Reference[];
}

export interface LayerConfig {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Config;
  readonly inbound_nodes?: readonly (readonly Reference[])[];
}

/** [layer name, which call of the layer, which of its outputs, …]. */
export type Reference = readonly [string, number, number, ...unknown[]];

/** Sequential models list layers without connections: each is called on the one before. */
export function asFunctional({ class_name, config }: Topology): Required<ModelConfig> {
  const layers = 'layers' in config ? config.layers : config;
  const name = 'layers' in config ? (config.name ?? class_name) : class_name;
  if (class_name !== 'Sequential') {
    const { input_layers = [], output_layers = [] } = config as ModelConfig;
    return { name, layers, input_layers, output_layers };
  }
  return sequential(name, layers);
}

function sequential(name: string, layers: readonly LayerConfig[]): Required<ModelConfig> {
  const named = layers.map((layer) => ({ ...layer, name: nameOf(layer) }));
  const input = named[0]?.class_name === 'InputLayer' ? [] : [inputFor(named[0])];
  const all = [...input, ...named];
  const chained = all.map((layer, i): LayerConfig => {
    const before = all[i - 1];
    return { ...layer, inbound_nodes: before ? [[[before.name, 0, 0]]] : [] };
  });
  return {
    name,
    layers: chained,
    input_layers: [[all[0]!.name, 0, 0]],
    output_layers: [[all.at(-1)!.name, 0, 0]],
  };
}

export const nameOf = (layer: LayerConfig): string => layer.name ?? String(layer.config['name']);

function inputFor(first: LayerConfig | undefined) {
  const shape = first?.config['batch_input_shape'];
  return {
    class_name: 'InputLayer',
    name: 'input',
    config: { name: 'input', batch_input_shape: shape ?? null },
  };
}
