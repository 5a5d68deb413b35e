// Builds the graph of one scale of a YOLO file, row after row.
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph, ValueId } from '../../../core/graph/model-graph';
import { N, ShapeError } from '../../../core/graph/shape';
import { roundHalfEven } from '../../../core/round-half-even';
import { Args, RowProblem } from './args';
import type { FileRow, Scale } from './model-file';
import { modules } from './modules/table';
import { Place, type Settings } from './place';

export interface NetworkOptions {
  readonly name: string;
  readonly scale: Scale | undefined;
  readonly settings: Settings;
  /** Channels, height, width. */
  readonly input: readonly [number, number, number];
  /** Where an unknown module stands, and its name. */
  readonly unknown: (row: FileRow) => void;
}

/** A row that cannot be built. */
export class BadRow extends Error {
  override readonly name = 'BadRow';
  constructor(
    readonly row: FileRow,
    message: string,
  ) {
    super(message);
  }
}

/** Channels come in eights, as hardware likes them. */
const roundUp = (channels: number): number => Math.ceil(channels / 8) * 8;

/** Throws BadRow for the first row that cannot be built. */
export function buildNetwork(rows: readonly FileRow[], options: NetworkOptions): ModelGraph {
  const builder = new GraphBuilder('yolo');
  const input = builder.input([N, ...options.input]);
  const made: (readonly ValueId[])[] = [];
  const settings = { ...options.settings, height: options.input[1] };
  rows.forEach((row, index) => {
    const place = new Place(builder, `model.${index}`, [row.range], settings);
    try {
      const inputs = row.from.map((from) => (index === 0 ? input : valueAt(made, from, index)));
      const outputs = buildRow(place, row, inputs, options);
      made.push(typeof outputs === 'string' ? [outputs] : outputs);
    } catch (error) {
      if (error instanceof ShapeError || error instanceof RowProblem) throw new BadRow(row, error.message);
      throw error;
    }
  });
  return builder.finish(options.name, made.at(-1) ?? []);
}

/** Negative indices count from the row itself. */
function valueAt(made: readonly (readonly ValueId[])[], from: number, index: number): ValueId {
  const [value] = made[from < 0 ? index + from : from] ?? [];
  if (value !== undefined) return value;
  throw new RowProblem(`from ${from} is no row before this one, which is row ${index}`);
}

function buildRow(place: Place, row: FileRow, inputs: readonly ValueId[], options: NetworkOptions) {
  const { scale, settings } = options;
  const module = modules.get(row.module);
  if (!module) {
    options.unknown(row);
    return place.barrier(row.module, inputs);
  }
  if (inputs.length > 1 && !module.joins)
    throw new RowProblem(`${row.module} takes one row, not ${inputs.length}`);
  // Arguments may name keys of the file.
  const keys: Readonly<Record<string, unknown>> = { nc: settings.nc, kpt_shape: settings.keypoints };
  const values = row.args.map((value) => (typeof value === 'string' ? (keys[value] ?? value) : value));
  const widen = (channels: number) =>
    roundUp(Math.min(channels, scale?.maxChannels ?? Infinity) * (scale?.width ?? 1));
  const deep = row.repeats > 1 ? Math.max(roundHalfEven(row.repeats * (scale?.depth ?? 1)), 1) : row.repeats;
  const wanted = module.scaled ? new Args(row.module, values).whole(0, 'output channels') : 0;
  const shared = {
    // The number of classes is not a width.
    out: wanted === settings.nc ? wanted : widen(wanted),
    args: new Args(row.module, module.scaled ? values.slice(1) : values, module.scaled ? 1 : 0),
    widen,
  };
  if (module.repeatsInside || deep === 1) return module.build(place, { ...shared, inputs, repeats: deep });
  let value: ValueId | readonly ValueId[] = inputs;
  for (let i = 0; i < deep; i++) {
    value = module.build(place.at(i), {
      ...shared,
      inputs: typeof value === 'string' ? [value] : value,
      repeats: 1,
    });
  }
  return value;
}
