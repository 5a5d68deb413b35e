// Reports: totals, rows and reasons, and the words they become.
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../core/analysis/analyze';
import {
  formatCount,
  formatExact,
  formatFlops,
  formatShare,
  inputLine,
  layerLine,
  layerTable,
  modelLine,
} from '../../../core/analysis/format';
import { nmDivisible } from '../../../core/analysis/rules/nm-divisible';
import { findings } from '../../../core/analysis/rules/table';
import type { Attrs, SourceRange } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { Net } from './support/net';
import { mobilenetV2, resnet18 } from './support/zoo';

const line = (startLine: number): SourceRange => ({
  file: 'net.py',
  startLine,
  startColumn: 8,
  endLine: startLine,
  endColumn: 40,
});

/** conv 3→6, norm, conv 6→8, mean, linear 8→10: each on its own line. */
function small() {
  const net = new Net();
  const at = (n: number, op: string, x: string, attrs: Attrs, path: string) =>
    net.builder.add(op, [x], attrs, { path, source: [line(n)] })[0]!;
  const conv = { kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: false };
  let x = at(1, 'conv2d', net.image(), { ...conv, inChannels: 3, outChannels: 6 }, 'stem');
  x = at(2, 'batchNorm2d', x, { features: 6, eps: 1e-5, momentum: 0.1, affine: true }, 'norm');
  x = at(3, 'conv2d', net.relu(x), { ...conv, inChannels: 6, outChannels: 8 }, 'body');
  x = at(4, 'linear', net.pool(x), { inFeatures: 8, outFeatures: 10, bias: true }, 'head');
  return analyze(net.finish(x), { notes: ['a note'] });
}

describe('a report', () => {
  it('has a row for every module with parameters and counts those with a weight matrix as layers', () => {
    const { layers, totals, notes } = small();
    expect(layers.map(({ path, params }) => [path, params])).toEqual([
      ['stem', 162],
      ['norm', 12],
      ['body', 432],
      ['head', 90],
    ]);
    expect(totals).toMatchObject({ params: 696, buffers: 12, layers: 3, prunableLayers: 3, bytes: 2784 });
    expect(layers.reduce((sum, { paramShare }) => sum + paramShare, 0)).toBeCloseTo(1);
    expect(notes).toEqual(['a note']);
  });

  it('says for each pattern whether it fits, why not, and which group channels belong to', () => {
    const { layers } = small();
    expect(
      layers.map(({ patterns }) => patterns.map(({ label, fit }) => [label, fit.ok || fit.reason])),
    ).toEqual([
      [
        ['2:4', 'its 3 input channels are not divisible by 4'],
        ['channel', true],
      ],
      [],
      [
        ['2:4', 'its 6 input channels are not divisible by 4'],
        ['channel', true],
      ],
      [
        ['2:4', true],
        ['channel', "feeds the model's output"],
      ],
    ]);
    expect(layers[0]!.patterns[1]!.group).toBe('stem');
  });

  it('shows a layer that is called twice once, with the FLOPs of both calls', () => {
    const net = new Net();
    const x = net.linear(net.linear(net.input([N, 8]), 8, 'shared'), 8, 'shared');
    const { layers, totals } = analyze(net.finish(net.linear(x, 2, 'head')));
    expect(layers.map(({ path }) => path)).toEqual(['shared', 'head']);
    expect(layers[0]).toMatchObject({ params: 72, flops: 2 * (128 + 8) });
    expect(totals.layers).toBe(2);
  });

  it('tells an embedding from the output that shares its table', () => {
    const net = new Net();
    const x = net.op('embedding', [net.builder.input([N, 5], 'int32')], { count: 50, features: 12 }, 'wte');
    const attrs = { inFeatures: 12, outFeatures: 50, bias: false };
    const [y] = net.builder.add('linear', [x], attrs, { path: 'lm_head' }, 'wte');
    const { layers, groups } = analyze(net.finish(y!));
    expect(groups.find(({ id }) => id === 'wte')!.prunable.ok).toBe(true);
    const head = layers.find(({ path }) => path === 'lm_head')!;
    const channels = head.patterns.find(({ pattern }) => pattern === 'channel')!;
    expect(channels.fit).toEqual({ ok: false, reason: 'is looked up by embedding in wte' });
  });

  it('of an empty model has no shares to divide by', () => {
    const net = new Net();
    const { totals, layers } = analyze(net.finish(net.relu(net.image())));
    expect([totals.params, totals.layers, layers]).toEqual([0, 0, []]);
  });

  it('is plain data that survives a process border', () => {
    const report = small();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('what people read', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [9_996, '10.0 k'],
    [272_474, '272 k'],
    [999_600, '1.00 M'],
    [11_181_642, '11.2 M'],
    [1.5e9, '1.50 G'],
    [3e12, '3.00 T'],
    [4e15, '4000 T'],
  ])('counts %d as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it('writes FLOPs with the unit, whole numbers with commas, shares in percent', () => {
    expect([formatFlops(81_100_000), formatFlops(12)]).toEqual(['81.1 MFLOPs', '12 FLOPs']);
    expect([formatExact(272_474), formatExact(12), formatExact(1_000_000)]).toEqual([
      '272,474',
      '12',
      '1,000,000',
    ]);
    expect([0, 0.0004, 0.009, 0.5, 1].map(formatShare)).toEqual(['0 %', '< 0.1 %', '0.9 %', '50 %', '100 %']);
  });

  it('is one line for a model and one for a layer', () => {
    const report = small();
    // 2·27·6·64 + 2·6·64 + 6·64 + 2·54·8·64 + 8·64 + 2·80 + 10 = 77,866.
    expect(modelLine(report)).toBe('696 parameters · 77.9 kFLOPs · 3 of 3 layers prunable');
    expect(layerLine(report.layers[0]!)).toBe('162 params (23.3 %) · 2:4 ✗ · channel ✓');
    expect(layerLine(report.layers[1]!)).toBe('12 params (1.7 %)');
    expect(modelLine(analyze(resnet18()))).toBe(
      '11,689,512 parameters · 3.64 GFLOPs · 21 of 21 layers prunable',
    );
  });

  it('says what FLOPs are for: an image, or so many tokens', () => {
    const net = new Net();
    const tokens = net.builder.input([N, 16], 'int32');
    const image = net.image();
    expect(inputLine(analyze(net.finish(image)))).toBe('16 tokens and 1×3×8×8');
    expect(tokens).not.toBe(image);
  });

  it('is a table with reasons for a hover', () => {
    const report = small();
    expect(layerTable(report.layers[0]!)).toBe(
      [
        '|  | stem (conv2d) |',
        '| --- | --- |',
        '| output | N×3×8×8 → N×6×8×8 |',
        '| weight | 6×3×3×3 |',
        '| parameters | 162 (23.3 %) |',
        '| FLOPs | 20.7 kFLOPs (26.6 %) |',
        '| 2:4 | ✗ its 3 input channels are not divisible by 4 |',
        '| channel | ✓ |',
      ].join('\n'),
    );
    expect(layerTable(report).split('\n')).toHaveLength(6);
  });

  it('does not let a path become markup', () => {
    const net = new Net();
    const y = net.linear(net.input([N, 8]), 2, 'a|b[x](command:evil)<img>');
    const table = layerTable(analyze(net.finish(y)).layers[0]!);
    expect(table).toContain('a\\|b\\[x\\](command:evil)\\<img\\> (linear)');
  });
});

describe('the rule about 2:4', () => {
  it('names the number, the next width that fits, and only hints at the layer that reads the input', () => {
    expect(nmDivisible.check(small())).toEqual([
      {
        ruleId: 'nm-divisible',
        severity: 'hint',
        source: line(1),
        message:
          "2:4 leaves out stem: its 3 input channels are not divisible by 4; that is normal for a layer that reads the model's input",
      },
      {
        ruleId: 'nm-divisible',
        severity: 'information',
        source: line(3),
        message:
          '2:4 leaves out body: its 6 input channels are not divisible by 4; 8 input channels would fit',
        fix: { kind: 'width', path: 'body', multiple: 4 },
      },
    ]);
  });

  it('speaks once for a line that builds many layers', () => {
    const net = new Net();
    let x = net.linear(net.input([N, 8]), 10, 'first');
    for (const i of [0, 1, 2]) {
      const attrs = { inFeatures: 10, outFeatures: 10, bias: true };
      [x] = net.builder.add('linear', [x], attrs, { path: `layers.${i}`, source: [line(5)] }) as [string];
    }
    expect(findings(analyze(net.finish(x))).map(({ message }) => message)).toEqual([
      '2:4 leaves out layers.0 (and 2 more layers built here): its 10 input features are not divisible by 4; 12 input features would fit',
    ]);
  });

  it('is silent about depthwise convolutions and about layers without a place in a file', () => {
    expect(findings(analyze(mobilenetV2()))).toEqual([]);
    const net = new Net();
    const x = net.conv(net.image(4), 4, 'first');
    const attrs = { inChannels: 4, outChannels: 4, kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 4 };
    const [y] = net.builder.add('conv2d', [x], attrs, { path: 'deep', source: [line(2)] });
    expect(findings(analyze(net.finish(y!)))).toEqual([]);
  });
});
