// What the coupling pass knows so far: which axis of each value carries which channels, and which parameters claim them.
import { channelAxis } from '../op';
import type { GraphNode, ModelGraph, ParamName, ValueId } from '../model-graph';
import type { Dim, Shape } from '../shape';
import type { GroupMember } from './group';
import { maxPieces, piecesReason, positionsOf, type Segments, Spans } from './spans';

/** The channels of a value: one axis of it, piece by piece. */
export interface Channels {
  readonly axis: number;
  readonly segments: Segments;
}

/** One axis of one parameter that carries channels. */
export interface Claim {
  readonly param: ParamName;
  readonly axis: number;
  readonly role: GroupMember['role'];
  readonly segments: Segments;
  /** Nodes that make these channels with this parameter; more than one when the module is shared. */
  readonly producers: GraphNode[];
}

export const feedsOutput = "feeds the model's output";

export const placeOf = (node: GraphNode): string => {
  const name = node.attrs['name'];
  const op = node.op === 'unknown' ? `the unknown op ${typeof name === 'string' ? name : '?'}` : node.op;
  return node.path ? `${op} in ${node.path}` : op;
};

export class Tracker {
  readonly spans = new Spans();
  readonly claims = new Map<string, Claim>();
  private readonly channels = new Map<ValueId, Channels>();
  /** Values of which no axis can be cut. */
  private readonly fixedValues = new Map<ValueId, { readonly label: string; readonly reason: string }>();

  constructor(readonly graph: ModelGraph) {}

  shape(id: ValueId): Shape {
    return this.graph.values[id]?.shape ?? [];
  }

  /** The channels of a value; undefined where none of its axes is followed. */
  read(id: ValueId): Channels | undefined {
    return this.channels.get(id);
  }

  /** The channels along one axis of a node's input. Channels on another axis cannot be followed further and are blocked. */
  take(node: GraphNode, id: ValueId, axis: number): Segments {
    const known = this.read(id);
    if (known?.axis === axis) return known.segments;
    const dim = this.shape(id)[axis] ?? 1;
    const fixed = this.fixedValues.get(id);
    if (fixed) return this.fixed(dim, fixed.label, fixed.reason);
    const where = placeOf(node);
    if (known) this.spans.block(known.segments, `lies across the channels of ${where}`, where);
    return this.fixed(dim, `into ${node.path || node.op}`, `cannot be followed into ${where}`);
  }

  write(node: GraphNode, id: ValueId | undefined, axis: number, segments: Segments): void {
    if (id === undefined) return;
    const where = placeOf(node);
    const dim = this.shape(id)[axis];
    if (positionsOf(segments) === dim && segments.length <= maxPieces) {
      this.channels.set(id, { axis, segments });
      return;
    }
    const reason = segments.length > maxPieces ? piecesReason : 'cannot be followed';
    this.spans.block(segments, `${reason} in ${where}`, where);
    this.fix(id, node.path || node.op, `${reason} in ${where}`, axis);
  }

  /** Gives a value channels that cannot be removed. */
  fix(
    id: ValueId,
    label: string,
    reason: string,
    axis = channelAxis(this.shape(id).length, this.graph.layout),
  ): void {
    this.fixedValues.set(id, { label, reason });
    const dim = this.shape(id)[axis];
    if (typeof dim === 'number') this.channels.set(id, { axis, segments: this.fixed(dim, label, reason) });
  }

  /** Nothing that goes into this node or comes out of it can be pruned. */
  barrier(node: GraphNode, reason = `passes through ${placeOf(node)}`): void {
    for (const id of node.inputs) this.block(id, reason);
    for (const id of node.outputs) this.fix(id, node.path || node.op, `comes out of ${placeOf(node)}`);
  }

  block(id: ValueId, reason: string): void {
    const known = this.read(id);
    if (known) this.spans.block(known.segments, reason);
  }

  /** Says that a parameter's axis carries these channels. A second claim of the same axis ties the two together. */
  claim(
    node: GraphNode,
    param: ParamName | undefined,
    axis: number,
    role: Claim['role'],
    segments: Segments,
  ): void {
    if (param === undefined || axis < 0 || !this.graph.params[param]) return;
    const key = claimKey(param, axis);
    const known = this.claims.get(key);
    if (known) this.spans.unify(known.segments, segments, placeOf(node));
    const claim = known ?? { param, axis, role, segments, producers: [] };
    if (role === 'out') claim.producers.push(node);
    this.claims.set(key, claim);
  }

  /** What an earlier node claimed for the same axis, so that a shared layer makes the same channels again. */
  claimed(param: ParamName | undefined, axis: number): Segments | undefined {
    return param === undefined ? undefined : this.claims.get(claimKey(param, axis))?.segments;
  }

  fresh(node: GraphNode, channels: number): Segments {
    return [{ span: this.spans.make(channels, node.path || node.op), width: 1 }];
  }

  private fixed(dim: Dim, label: string, reason: string): Segments {
    return typeof dim === 'number' ? [{ span: this.spans.make(dim, label, reason), width: 1 }] : [];
  }
}

const claimKey = (param: ParamName, axis: number): string => `${axis} ${param}`;
