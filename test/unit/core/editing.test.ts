// What the editor makes of a report: the tree of modules, and which numbers a wider group of channels changes.
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../core/analysis/analyze';
import { outline, type OutlineNode } from '../../../core/analysis/outline';
import { noBatchNorm } from '../../../core/analysis/rules/no-batch-norm';
import { widen } from '../../../core/analysis/widths';
import type { Attrs, ModelGraph, SourceRange } from '../../../core/graph/model-graph';
import { Net } from './support/net';
import { densenet121, resnet18 } from './support/zoo';

const line = (startLine: number): SourceRange => ({
  ...{ file: 'net.py', startLine, startColumn: 4, endLine: startLine, endColumn: 40 },
});
const leaves = (node: OutlineNode): OutlineNode[] =>
  node.layer ? [node, ...node.children.flatMap(leaves)] : node.children.flatMap(leaves);

describe('the outline', () => {
  it.each([
    ['resnet18', resnet18],
    ['densenet121', densenet121],
  ])('of %s holds every layer once, and its sums are the totals', (_, make) => {
    const report = analyze(make());
    const root = outline(report);
    expect(
      leaves(root)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(report.layers.map(({ path }) => path).sort());
    expect(root.params).toBe(report.totals.params);
    expect(root.flops).toBeCloseTo(report.totals.flops);
    expect(root.paramShare).toBeCloseTo(1);
  });
});

/** Layers as a file builds them: one a line, unless `at` says which. */
class Built {
  readonly net = new Net();
  private lines = 0;

  conv(x: string, out: number, at = this.lines++, extra: Attrs = {}): string {
    const inChannels = this.net.channels(x);
    const plain = { kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: false };
    return this.add('conv2d', x, { inChannels, outChannels: out, ...plain, ...extra }, at);
  }

  norm(x: string, at = this.lines++): string {
    return this.add('batchNorm2d', x, { features: this.net.channels(x), eps: 1e-5, affine: true }, at);
  }

  add(op: string, x: string, attrs: Attrs, at: number): string {
    const path = `l${this.net.builder.shapeOf(x).length}.${this.count++}`;
    return this.net.builder.add(op, [x], attrs, { path, source: [line(at)] })[0]!;
  }

  private count = 0;
}

const even = (inputs: number) => inputs % 4 === 0;
const edits = (graph: ModelGraph, path: string) => {
  const report = analyze(graph);
  return widen(report, path, even, [report])?.edits.map(
    ({ source, attr, from, to }) => `${source.startLine} ${attr} ${from} → ${to}`,
  );
};

describe('a wider group', () => {
  it('changes what makes its channels, what carries and what reads them', () => {
    const b = new Built();
    const x = b.norm(b.conv(b.net.image(4), 6));
    const y = b.conv(b.conv(x, 8), 8);
    expect(edits(b.net.finish(y), 'l4.2')).toEqual([
      '0 outChannels 6 → 8',
      '1 features 6 → 8',
      '2 inChannels 6 → 8',
    ]);
  });

  it('takes residual branches along', () => {
    const b = new Built();
    const x = b.conv(b.net.image(4), 6);
    const y = b.net.add(x, b.conv(x, 6));
    expect(edits(b.net.finish(b.conv(y, 8)), 'l4.2')).toEqual([
      '0 outChannels 6 → 8',
      '1 inChannels 6 → 8',
      '1 outChannels 6 → 8',
      '2 inChannels 6 → 8',
    ]);
  });

  it('takes along all groups that one line of code builds', () => {
    const b = new Built();
    let x = b.net.image(4);
    // A block of two lines, built three times: each has six channels inside.
    for (let i = 0; i < 3; i++) x = b.conv(b.conv(x, 6, 10), 4, 11);
    expect(edits(b.net.finish(x), 'l4.3')).toEqual(['10 outChannels 6 → 8', '11 inChannels 6 → 8']);
  });

  it.each([
    ['the model gives them away', (b: Built) => b.net.finish(b.conv(b.conv(b.net.image(4), 6), 6)), 'l4.0'],
    [
      'one line builds other widths too',
      (b: Built) => {
        const x = b.conv(b.conv(b.net.image(4), 6, 10), 4, 11);
        return b.net.finish(b.conv(b.conv(b.conv(x, 10, 10), 4, 11), 8));
      },
      'l4.1',
    ],
    [
      'a grouped convolution has a third number',
      (b: Built) => b.net.finish(b.conv(b.conv(b.conv(b.net.image(4), 6), 6, 5, { groups: 6 }), 8)),
      'l4.2',
    ],
    [
      'they come from two branches',
      (b: Built) => {
        const x = b.net.image(4);
        return b.net.finish(b.conv(b.net.concat(b.conv(x, 3), b.conv(x, 3)), 8));
      },
      'l4.2',
    ],
  ])('is left alone where %s', (_, make, path) => {
    expect(edits(make(new Built()), path)).toBeUndefined();
  });
});

describe('the rule about BatchNorm', () => {
  it('names convolutions that nothing judges, and no others', () => {
    const b = new Built();
    const x = b.net.relu(b.conv(b.net.image(4), 8));
    const y = b.net.relu(b.norm(b.conv(x, 8)));
    // The last one makes the output, whose channels cannot go.
    const found = noBatchNorm.check(analyze(b.net.finish(b.conv(y, 8))));
    expect(found.map(({ source, severity }) => [source.startLine, severity])).toEqual([[0, 'hint']]);
  });

  it('is silent where residual branches share a scale', () => {
    const b = new Built();
    const x = b.norm(b.conv(b.net.image(4), 8));
    const y = b.net.relu(b.net.add(x, b.conv(x, 8)));
    expect(noBatchNorm.check(analyze(b.net.finish(b.conv(y, 8))))).toEqual([]);
  });
});
