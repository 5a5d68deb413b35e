// Turns a Keras topology into a model graph.
import { GraphBuilder, type NodePlace } from '../../../core/graph/builder';
import type { ModelGraph, SourceRange, ValueId } from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';
import { N, type Shape, ShapeError } from '../../../core/graph/shape';
import { initialisation } from './initialisers';
import { layerRules } from './layers';
import { asFunctional, type LayerConfig, nameOf, type Reference, type Topology } from './topology';

export interface TopologyGraph {
  readonly graph: ModelGraph;
  readonly notes: readonly string[];
}

/** @param sourceOf the line that constructed a layer, by its name. Throws ShapeError with the layer's name in it. */
export function topologyToGraph(
  topology: Topology,
  name: string,
  sourceOf: (layer: string) => readonly SourceRange[],
): TopologyGraph {
  return new Conversion(sourceOf).run(topology, name);
}

class Conversion {
  private readonly builder = new GraphBuilder('tfjs');
  private readonly notes: string[] = [];
  /** Outputs of each call of each layer. */
  private readonly calls = new Map<string, ValueId[][]>();

  constructor(private readonly sourceOf: (layer: string) => readonly SourceRange[]) {}

  run(topology: Topology, name: string): TopologyGraph {
    const model = asFunctional(topology);
    for (const layer of model.layers) this.calls.set(nameOf(layer), []);
    // Layers are listed in the order in which they were first called; a shared layer's later calls may have to wait.
    const waiting = model.layers.flatMap((layer) =>
      layer.class_name === 'InputLayer'
        ? [{ layer, inbound: [] as readonly Reference[] }]
        : (layer.inbound_nodes ?? []).map((inbound) => ({ layer, inbound })),
    );
    while (waiting.length > 0) {
      const next = waiting.findIndex(({ inbound }) => inbound.every((reference) => this.valueOf(reference)));
      if (next < 0)
        throw new ShapeError(
          `the layers ${waiting.map(({ layer }) => nameOf(layer)).join(', ')} form a cycle`,
        );
      const [{ layer, inbound }] = waiting.splice(next, 1) as [(typeof waiting)[number]];
      this.call(layer, inbound);
    }
    const outputs = model.output_layers.flatMap((reference) => this.valueOf(reference) ?? []);
    return { graph: this.builder.finish(name, outputs), notes: this.notes };
  }

  private valueOf([layer, call, output]: Reference): ValueId | undefined {
    return this.calls.get(layer)?.[call]?.[output];
  }

  private call(layer: LayerConfig, inbound: readonly Reference[]): void {
    const name = nameOf(layer);
    if (layer.class_name === 'InputLayer') {
      this.calls.get(name)?.push([this.builder.input(inputShape(layer))]);
      return;
    }
    const inputs = inbound.map((reference) => this.valueOf(reference)!);
    try {
      this.calls.get(name)?.push(this.apply(layer, inputs));
    } catch (error) {
      throw error instanceof ShapeError ? new ShapeError(`${name}: ${error.message}`) : error;
    }
  }

  private apply(layer: LayerConfig, inputs: readonly ValueId[]): ValueId[] {
    const name = nameOf(layer);
    const place = { path: name, source: this.sourceOf(name), init: initialisation(layer.config) };
    const rule = layerRules[layer.class_name];
    if (!rule) return this.barrier(layer.class_name, inputs, place);
    const shapes = inputs.map((id): Shape => this.builder.shapeOf(id));
    let values = [...inputs];
    for (const { op, attrs } of rule(layer.config, shapes)) {
      // Binary ops take two tensors where Keras merges any number.
      const merges = op === 'add' || op === 'mul';
      while (merges && values.length > 2) {
        values = [...this.builder.add(op, values.slice(0, 2), attrs, place), ...values.slice(2)];
      }
      values = ops.has(op) ? this.builder.add(op, values, attrs, place) : this.barrier(op, values, place);
    }
    return values;
  }

  /** An unknown layer: channels stop here, and shapes are taken to go on unchanged. */
  private barrier(what: string, inputs: readonly ValueId[], place: NodePlace): ValueId[] {
    this.notes.push(
      `${place.path}: ${what} is not known to Espalier yet; shapes after it are taken as its input's`,
    );
    return this.builder.addUnknown(what, inputs, [this.builder.shapeOf(inputs[0]!)], place);
  }
}

function inputShape({ config, class_name }: LayerConfig): Shape {
  const shape = (config['batch_input_shape'] ?? config['batch_shape']) as
    (number | null)[] | null | undefined;
  if (!shape)
    throw new ShapeError(`this ${class_name} has no input shape; give the first layer an inputShape`);
  return shape.map((dim, i) => {
    if (i === 0) return N;
    if (typeof dim === 'number') return dim;
    throw new ShapeError(
      `dimension ${i} of the input is open; give the model a fixed input shape to be analysed`,
    );
  });
}
