// What the coupling pass knows so far: which axes of each value carry which channels, and which parameters claim them.
import { channelAxis } from '../op';
import type { GraphNode, ModelGraph, ParamName, ValueId } from '../model-graph';
import { isBatch, type Shape } from '../shape';
import type { GroupMember } from './group';
import { maxPieces, piecesReason, positionsOf, type Segments, type Span, Spans } from './spans';

/** One axis of one parameter that carries channels. */
export interface Claim {
  readonly param: ParamName;
  readonly axis: number;
  readonly role: GroupMember['role'];
  readonly segments: Segments;
  /** Nodes that make these channels with this parameter; more than one when the module is shared. */
  readonly producers: GraphNode[];
  /** Whether all that claims it is the parameter itself, used on its own: then it is no layer that people would prune. */
  free: boolean;
}

/** An axis that was cut in several, one of which is followed. */
export interface Split {
  /** Splits of the same form, such as those of all attention layers. */
  readonly form: string;
  readonly options: number;
  readonly followed: Span;
}

export const feedsOutput = "feeds the model's output";

export const placeOf = (node: GraphNode): string => {
  const name = node.attrs['name'];
  const op = node.op === 'unknown' ? `the unknown op ${typeof name === 'string' ? name : '?'}` : node.op;
  return node.path ? `${op} in ${node.path}` : op;
};

interface Reason {
  readonly label: string;
  readonly reason: string;
}

const nothing: ReadonlyMap<number, Segments> = new Map();

/** Positions that an axis has for each sample of the batch. */
const positionsIn = (shape: Shape, axis: number): number => {
  const dim = shape[axis] ?? 1;
  return isBatch(dim) ? dim.batch : dim;
};

export class Tracker {
  readonly spans = new Spans();
  readonly claims = new Map<string, Claim>();
  readonly splits: Split[] = [];
  /** The axes of each value that are followed. All others are as long as they are. */
  private readonly followed = new Map<ValueId, Map<number, Segments>>();
  /** Values with parts of a split axis. */
  private readonly partial = new Set<ValueId>();
  private makers: ReadonlyMap<ValueId, GraphNode> | undefined;
  private readersOf: ReadonlyMap<ValueId, readonly GraphNode[]> | undefined;
  /** Why the axes of a value that are not followed cannot be cut. */
  private readonly reasons = new Map<ValueId, Reason>();

  /** @param choices which part of a split axis is followed, by the form of the split; the first one unless said. */
  constructor(
    readonly graph: ModelGraph,
    readonly choices: ReadonlyMap<string, number> = new Map(),
  ) {}

  shape(id: ValueId): Shape {
    return this.graph.values[id]?.shape ?? [];
  }

  axes(id: ValueId): ReadonlyMap<number, Segments> {
    return this.followed.get(id) ?? nothing;
  }

  /** The nodes that a value goes into. */
  readers(id: ValueId): readonly GraphNode[] {
    this.readersOf ??= readersIn(this.graph);
    return this.readersOf.get(id) ?? [];
  }

  /** The node that makes a value; undefined for the model's inputs. */
  maker(id: ValueId): GraphNode | undefined {
    this.makers ??= new Map(this.graph.nodes.flatMap((node) => node.outputs.map((y) => [y, node])));
    return this.makers.get(id);
  }

  /** The channels along an axis of a value; undefined where it is not followed. */
  read(id: ValueId, axis: number): Segments | undefined {
    return this.followed.get(id)?.get(axis);
  }

  /** As {@link read}, but an axis that is not followed has channels that cannot be removed. */
  take(node: GraphNode, id: ValueId, axis: number): Segments {
    const known = this.read(id, axis);
    if (known) return known;
    const { label, reason } = this.reasons.get(id) ?? {
      label: `into ${node.path || node.op}`,
      reason: `cannot be followed into ${placeOf(node)}`,
    };
    return this.set(id, axis, this.fixed(positionsIn(this.shape(id), axis), label, reason));
  }

  write(node: GraphNode, id: ValueId | undefined, axis: number, segments: Segments): void {
    if (id === undefined) return;
    if (positionsOf(segments) === positionsIn(this.shape(id), axis) && segments.length <= maxPieces) {
      this.set(id, axis, segments);
      return;
    }
    const reason = segments.length > maxPieces ? piecesReason : 'cannot be followed';
    this.stop(node, id, axis, segments, `${reason} in ${placeOf(node)}`);
  }

  /** Channels go no further: neither they nor what comes of them on an axis of the output can be removed. */
  stop(node: GraphNode, y: ValueId, axis: number, segments: Segments, reason: string): void {
    this.spans.block(segments, reason, placeOf(node));
    this.set(y, axis, this.fixed(positionsIn(this.shape(y), axis), node.path || node.op, reason));
  }

  /** Gives a value axes that cannot be cut. */
  fix(id: ValueId, label: string, reason: string): void {
    this.reasons.set(id, { label, reason });
    const shape = this.shape(id);
    const axis = channelAxis(shape.length, this.graph.layout);
    if (typeof shape[axis] === 'number') this.set(id, axis, this.fixed(shape[axis], label, reason));
  }

  /** Why an axis of a value that is not followed cannot be cut, where that is known. */
  whyFixed(id: ValueId): string | undefined {
    return this.reasons.get(id)?.reason;
  }

  /** What a node makes of fixed values is fixed for the same reason, along the axes that are not followed. */
  inherit(node: GraphNode): void {
    const reason = node.inputs.flatMap((id) => this.reasons.get(id) ?? [])[0];
    if (!reason) return;
    for (const id of node.outputs)
      if (!this.reasons.has(id) && !this.partial.has(id)) this.reasons.set(id, reason);
  }

  /** Notes that of an axis that was split one part is followed: the others are not fixed for any reason of their own. */
  split(y: ValueId, split: Split): void {
    this.splits.push(split);
    this.partial.add(y);
  }

  /** Nothing that goes into this node or comes out of it can be pruned. */
  barrier(node: GraphNode, reason = `passes through ${placeOf(node)}`): void {
    for (const id of node.inputs) this.block(id, reason);
    for (const id of node.outputs) this.fix(id, node.path || node.op, `comes out of ${placeOf(node)}`);
  }

  /** Nothing of a value can be cut any more. */
  block(id: ValueId, reason: string): void {
    for (const segments of this.axes(id).values()) this.spans.block(segments, reason);
  }

  /** Says that a parameter's axis carries these channels. A second claim of the same axis ties the two together. */
  claim(
    node: GraphNode,
    param: ParamName | undefined,
    axis: number,
    role: Claim['role'],
    segments: Segments,
    free = false,
  ): void {
    if (param === undefined || axis < 0 || !this.graph.params[param]) return;
    const key = claimKey(param, axis);
    const known = this.claims.get(key);
    if (known) this.spans.unify(known.segments, segments, placeOf(node));
    const claim = known ?? { param, axis, role, segments, producers: [], free };
    claim.free &&= free;
    if (role === 'out') claim.producers.push(node);
    this.claims.set(key, claim);
  }

  /** What an earlier node claimed for the same axis, so that a shared layer makes the same channels again. */
  claimed(param: ParamName | undefined, axis: number): Segments | undefined {
    return param === undefined ? undefined : this.claims.get(claimKey(param, axis))?.segments;
  }

  /** A free parameter turned out to be a layer's weight, whose axis `out` makes channels. */
  adopt(node: GraphNode, param: ParamName, out: number): void {
    for (const [axis] of this.graph.params[param]?.shape.entries() ?? []) {
      const claim = this.claims.get(claimKey(param, axis));
      if (claim) claim.free = false;
      if (claim && axis === out) claim.producers.push(node);
    }
  }

  fresh(node: GraphNode, channels: number, label = node.path || node.op): Segments {
    return [{ span: this.spans.make(channels, label), width: 1 }];
  }

  /** Channels that are there to stay. */
  fixed(channels: number, label: string, reason: string): Segments {
    return [{ span: this.spans.make(channels, label, reason), width: 1 }];
  }

  private set(id: ValueId, axis: number, segments: Segments): Segments {
    const axes = this.followed.get(id) ?? new Map<number, Segments>();
    axes.set(axis, segments);
    this.followed.set(id, axes);
    return segments;
  }
}

const claimKey = (param: ParamName, axis: number): string => `${axis} ${param}`;

function readersIn({ nodes }: ModelGraph): Map<ValueId, GraphNode[]> {
  const readers = new Map<ValueId, GraphNode[]>();
  for (const node of nodes) {
    for (const id of new Set(node.inputs)) {
      const known = readers.get(id);
      if (known) known.push(node);
      else readers.set(id, [node]);
    }
  }
  return readers;
}
