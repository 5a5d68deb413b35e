// What a module of a YOLO file is. One entry each in table.ts; adding a module is a function and a line there.
import type { ValueId } from '../../../../core/graph/model-graph';
import type { Args } from '../args';
import type { Place } from '../place';

/** A row as its module sees it. */
export interface Row {
  readonly inputs: readonly ValueId[];
  /** Output channels, scaled by the width; 0 for modules that have none of their own. */
  readonly out: number;
  /** What follows the output channels. */
  readonly args: Args;
  /** Scaled by the depth; 1 where the network itself repeats the module. */
  readonly repeats: number;
  /** Scales a number of channels by the width, as the row's own were. */
  readonly widen: (channels: number) => number;
}

export interface YoloModule {
  /** The first argument is the number of output channels, which the width scales. */
  readonly scaled: boolean;
  /** The module itself repeats something inside; others are repeated one after another. */
  readonly repeatsInside: boolean;
  /** Joins several rows; others take one. */
  readonly joins: boolean;
  readonly build: (place: Place, row: Row) => ValueId | readonly ValueId[];
}

type Build = (place: Place, x: ValueId, row: Row) => ValueId;

const single = (build: Build) => (place: Place, row: Row) => build(place, row.inputs[0]!, row);

/** One input, own output channels. */
export const scaled = (build: Build): YoloModule => ({
  scaled: true,
  repeatsInside: false,
  joins: false,
  build: single(build),
});

/** As {@link scaled}, and the row's repeats are blocks inside it. */
export const repeating = (build: Build): YoloModule => ({ ...scaled(build), repeatsInside: true });

/** One input, and arguments that say nothing of channels. */
export const plain = (build: Build): YoloModule => ({ ...scaled(build), scaled: false });

/** Several inputs. */
export const joining = (build: YoloModule['build']): YoloModule => ({
  scaled: false,
  repeatsInside: false,
  joins: true,
  build,
});
