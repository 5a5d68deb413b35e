// Union-find over single channels: which channels of which tensors can only live or die together.

/** Past this many channels a graph is not grouped further; ResNet-152 has about 150,000. */
const limit = 4_000_000;

export class ChannelSets {
  private parent = new Uint32Array(1 << 12);
  private used = 0;
  private readonly reasons = new Map<number, string>();

  /** New channels that nothing is tied to yet; undefined when the graph has more than can be grouped. */
  fresh(count: number): Uint32Array | undefined {
    const first = this.used;
    if (first + count > limit) return undefined;
    while (first + count > this.parent.length) {
      const grown = new Uint32Array(this.parent.length * 2);
      grown.set(this.parent);
      this.parent = grown;
    }
    this.used += count;
    const ids = Uint32Array.from({ length: count }, (_, i) => first + i);
    this.parent.set(ids, first);
    return ids;
  }

  find(id: number): number {
    let root = id;
    while (this.parent[root] !== root) root = this.parent[root]!;
    // Path compression keeps later searches short.
    for (let at = id; at !== root;) {
      const next = this.parent[at]!;
      this.parent[at] = root;
      at = next;
    }
    return root;
  }

  /** Ties two lists of channels one to one. */
  join(a: Uint32Array, b: Uint32Array): void {
    for (let i = 0; i < a.length; i++) {
      const [x, y] = [this.find(a[i]!), this.find(b[i]!)];
      if (x === y) continue;
      const [keep, drop] = x < y ? [x, y] : [y, x];
      this.parent[drop] = keep;
      const reason = this.reasons.get(drop);
      if (reason !== undefined && !this.reasons.has(keep)) this.reasons.set(keep, reason);
    }
  }

  /** Forbids removing these channels; the first reason given is the one that people see. */
  block(ids: Uint32Array, reason: string): void {
    for (const id of ids) {
      const root = this.find(id);
      if (!this.reasons.has(root)) this.reasons.set(root, reason);
    }
  }

  reasonFor(id: number): string | undefined {
    return this.reasons.get(this.find(id));
  }
}
