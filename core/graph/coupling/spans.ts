// Spans of channels and how they become one another: union-find over runs of channels instead of single ones.

/**
 * Channels that live and die independently of all other spans'. A span that turned out to be made of others
 * (because it was tied to them, or split where their borders lie) keeps that in `pieces` and is no longer a leaf.
 */
export interface Span {
  readonly order: number;
  readonly channels: number;
  /** What a group of this span is called when no layer makes it. */
  readonly label: string;
  pieces?: readonly Segment[];
  /** Why no channel of this span can be removed. */
  blocked?: string;
}

/** A stretch of an axis: every channel of the span in turn, each on `width` consecutive positions. */
export interface Segment {
  readonly span: Span;
  readonly width: number;
}

/** An axis of a tensor, from its first position to its last. */
export type Segments = readonly Segment[];

/** Positions that segments take on their axis. */
export const positionsOf = (segments: Segments): number =>
  segments.reduce((n, { span, width }) => n + span.channels * width, 0);

/** Past this many pieces on one axis the channels are given up, with the culprit named: nothing is pruned that finely. */
export const maxPieces = 4096;
/** Steps over segments in one graph; DenseNet-201 takes some 30,000. It bounds a hostile file to about a second. */
export const maxWork = 3_000_000;

/** One graph's channels are tied in more pieces than can be followed. */
export class TooManyPieces extends Error {
  override readonly name = 'TooManyPieces';
}

export class Spans {
  private count = 0;
  private work = 0;

  /** @param blocked why these channels cannot be removed, if so. */
  make(channels: number, label: string, blocked?: string): Span {
    return { order: this.count++, channels, label, ...(blocked === undefined ? {} : { blocked }) };
  }

  /** The same stretch of axis in terms of leaves. */
  leaves(segments: Segments, where: string): Segment[] {
    const stack = [...segments].reverse();
    const out: Segment[] = [];
    while (stack.length > 0) out.push(this.pop(stack, where));
    return out;
  }

  block(segments: Segments, reason: string, where = reason): void {
    for (const { span } of this.leaves(segments, where)) span.blocked ??= reason;
  }

  /**
   * Ties two axes of equal length position by position. Where that cannot be said in whole channels, both are blocked.
   * @param where the op and path that tie them, for the reason.
   */
  unify(a: Segments, b: Segments, where: string): void {
    const [left, right] = [[...a].reverse(), [...b].reverse()];
    for (let steps = 0; left.length > 0 && right.length > 0; steps++) {
      const [x, y] = [this.pop(left, where), this.pop(right, where)];
      if (x.span === y.span && x.width === y.width) continue;
      const tied = steps < maxPieces && x.span !== y.span && this.tie(x, y, left, right);
      if (tied) continue;
      const why = steps < maxPieces ? 'interleaves its channels differently' : piecesReason;
      this.block([x, y, ...left, ...right], `${why} in ${where}`, where);
      return;
    }
    this.block([...left, ...right], `meets a different number of channels in ${where}`, where);
  }

  /** The positions `start` … `start + length − 1` of an axis; undefined when they begin or end inside a channel. */
  slice(segments: Segments, start: number, length: number, where: string): Segments | undefined {
    const stack = [...segments].reverse();
    const out: Segment[] = [];
    const end = start + length;
    for (let at = 0; stack.length > 0 && at < end;) {
      const piece = this.pop(stack, where);
      const border = at < start ? start : end;
      const inside = Math.min(piece.span.channels, (border - at) / piece.width);
      if (!Number.isInteger(inside)) return undefined;
      const span = this.head(piece, inside, stack);
      if (at >= start) out.push({ span, width: piece.width });
      at += inside * piece.width;
    }
    return out;
  }

  /** How much was done so far. */
  get effort(): number {
    return this.work;
  }

  /** Grants a new budget, for questions that are asked once the graph is known. */
  renew(): void {
    this.work = 0;
  }

  /** Ties the heads of two axes as far as the shorter one goes, and puts back what is left of the longer one. */
  private tie(x: Segment, y: Segment, left: Segment[], right: Segment[]): boolean {
    if (x.width > y.width) return this.tie(y, x, right, left);
    const each = y.width / x.width;
    const whole = Math.min(y.span.channels, Math.floor(x.span.channels / each));
    if (!Number.isInteger(each) || whole < 1) return false;
    const fine = this.head(x, whole * each, left);
    const coarse = this.head(y, whole, right);
    // Between equals the older span stays the leaf, so that groups are named after the layer that comes first.
    const swap = each === 1 && fine.order < coarse.order;
    const [leaf, tied] = swap ? [fine, coarse] : [coarse, fine];
    tied.pieces = [{ span: leaf, width: each }];
    if (tied.blocked !== undefined) leaf.blocked ??= tied.blocked;
    return true;
  }

  /** Splits a leaf after `channels`, puts the rest back on the stack, and answers with the head. */
  private head({ span, width }: Segment, channels: number, stack: Segment[]): Span {
    if (channels === span.channels) return span;
    const head = this.make(channels, span.label, span.blocked);
    const rest = this.make(span.channels - channels, span.label, span.blocked);
    span.pieces = [
      { span: head, width: 1 },
      { span: rest, width: 1 },
    ];
    stack.push({ span: rest, width });
    return head;
  }

  /** Takes the next leaf off a stack of segments whose first segment lies on top. */
  private pop(stack: Segment[], where: string): Segment {
    for (;;) {
      if (++this.work > maxWork) throw new TooManyPieces(where);
      const { span, width } = stack.pop()!;
      if (!span.pieces) return { span, width };
      // Long chains of ties are shortened on the way, so that each is walked once.
      const [only] = span.pieces;
      if (span.pieces.length === 1 && only!.span.pieces?.length === 1) {
        const [next] = only!.span.pieces;
        span.pieces = [{ span: next!.span, width: next!.width * only!.width }];
      }
      for (const piece of [...span.pieces].reverse())
        stack.push({ span: piece.span, width: piece.width * width });
    }
  }
}

export const piecesReason = `splits into more than ${maxPieces} pieces`;
