// One line for the layers that one line of code builds, and where a lens waits while only the text is known.
import { expect, it } from 'vitest';
import type { LayerReport } from '../../../core/analysis/report';
import { fits, misfit } from '../../../core/sparsity/fit';
import { layersLine } from '../../../language-server/features/layers-line';
import { likelyModelLine } from '../../../language-server/features/text-lens';

const layer = (params: number, channel: boolean): LayerReport => ({
  path: 'x',
  node: 'x',
  op: 'conv2d',
  params,
  paramShare: params / 10_000,
  flops: 0,
  flopShare: 0,
  input: [],
  output: [],
  weight: [],
  patterns: [
    { pattern: '2:4', label: '2:4', fit: fits },
    { pattern: 'channel', label: 'channel', fit: channel ? fits : misfit('no') },
  ],
  source: [],
});

it('adds up the layers of a loop and says for how many a pattern fits', () => {
  expect(layersLine([])).toBe('');
  expect(layersLine([layer(2320, false)])).toBe('2,320 params (23.2 %) · 2:4 ✓ · channel ✗');
  expect(layersLine([layer(1000, true), layer(2000, false), layer(3000, true)])).toBe(
    '3 layers · 6,000 params (60 %) · 2:4 ✓ · channel 2 of 3',
  );
  expect(layersLine([layer(1, false), layer(1, false)])).toContain('channel ✗');
});

it('puts the waiting lens below the comment that names the model, or on what builds layers last', () => {
  const declarations = ['Block', 'Net', 'helper'].map((name, i) => {
    return { name, kind: 'class' as const, line: 10 * i, endLine: 10 * i + 5 };
  });
  const layers = [
    { name: 'Linear', line: 2, endLine: 2 },
    { name: 'Linear', line: 12, endLine: 12 },
  ];
  expect(likelyModelLine({ declarations, layers }, 'import torch')).toBe(10);
  const text = `${'\n'.repeat(15)}  # espalier: model helper()\n`;
  expect(likelyModelLine({ declarations, layers }, text)).toBe(20);
  expect(likelyModelLine({ declarations: [], layers }, '')).toBe(2);
  expect(likelyModelLine({ declarations: [], layers: [] }, '')).toBe(0);
});
