// A prune group: channels that can only be removed together, and every tensor slice that goes with them.
import type { NodeId, ParamName } from '../model-graph';
import type { Fit } from '../../sparsity/fit';

export type GroupId = string;

export interface PruneGroup {
  readonly id: GroupId;
  /** How many channels the group has; removing one removes it from every member. */
  readonly channels: number;
  readonly members: readonly GroupMember[];
  /** Whether channels can be removed at all, and if not, which op or border forbids it. */
  readonly prunable: Fit;
  /** The nodes whose output these channels are, for naming the group to people. */
  readonly producers: readonly NodeId[];
}

/** One axis of one parameter that carries the group's channels. */
export interface GroupMember {
  readonly param: ParamName;
  /** The axis in the parameter's own (framework) layout. */
  readonly axis: number;
  /** Whether the parameter makes these channels (`out`), consumes them (`in`), or rides along (`channel`). */
  readonly role: 'out' | 'in' | 'channel';
  readonly runs: readonly AffineRun[];
}

/**
 * Channels `channel … channel + count − 1` of the group sit at indices `start + i·stride + r`, r in 0 … width − 1,
 * of the member's axis. A convolution into a flatten into a linear has width = height × width of the image.
 */
export interface AffineRun {
  readonly channel: number;
  readonly count: number;
  readonly start: number;
  readonly stride: number;
  readonly width: number;
}
