// The rows of the model view: what they hold, say, and which stay when only what cannot be pruned is shown.
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../core/analysis/analyze';
import { outline, type OutlineNode } from '../../../core/analysis/outline';
import type { ModelOutline, ModelSummary, OutlineItem } from '../../../core/protocol/language-server';
import { modelRows, pathToLine, type Row, rowsInside, rowsOfModel } from '../../../extension/model-view/rows';
import { description, label, spoken, tooltip } from '../../../extension/model-view/words';
import { resnet18 } from '../core/support/zoo';

const report = analyze(resnet18());
let line = 0;
const item = ({ source: _, layer, children, ...rest }: OutlineNode): OutlineItem => ({
  ...rest,
  place: { uri: 'file:///net.py', line: line++, character: 0 },
  ...(layer ? { layer } : {}),
  children: children.map(item),
});
const answer: ModelOutline = {
  children: outline(report).children.map(item),
  groups: report.groups.map(({ id, channels, prunable, members }) => ({ id, channels, prunable, members })),
};
const summary: ModelSummary = { name: 'net', line: 'a line', input: '1×3×224×224', stale: false, notes: [] };
const [model] = modelRows('file:///net.py', [summary]);
const inside = (row: Row): Row[] => (row.kind === 'model' ? [] : rowsInside(row, false));
const names = (rows: readonly Row[]) => rows.map(label);

describe('the rows of a model', () => {
  it('are its modules and its groups, and below them layers and tensors', () => {
    const rows = rowsOfModel(model!, answer, false);
    expect(names(rows)).toEqual(['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4', 'fc', 'Groups']);
    const layer2 = rows[3]!;
    expect(names(inside(layer2))).toEqual(['0', '1']);
    expect(names(inside(inside(layer2)[0]!))).toEqual([...['conv1', 'bn1', 'conv2', 'bn2', 'downsample']]);
    expect(description(rows[0]!)).toMatch(/^conv2d · 9,408 params \(0\.1 %\) · .* · 2:4 ✗ · channel ✓$/);
    expect(description(layer2)).toMatch(/^525,568 params \(4\.5 %\) · \d+ MFLOPs \(\d+(\.\d)? %\)$/);
    const groups = rows.at(-1)!;
    expect(rowsInside(groups, false)).toHaveLength(report.groups.length);
  });

  it('have ids of their own, the same in the next trace', () => {
    const all = (rows: readonly Row[]): Row[] => rows.flatMap((row) => [row, ...all(inside(row))]);
    const ids = all(rowsOfModel(model!, answer, false)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all(rowsOfModel(model!, answer, false)).map(({ id }) => id)).toEqual(ids);
  });

  it('begin with what could not be seen', () => {
    const noted = modelRows('file:///net.py', [{ ...summary, notes: ['forward stops at svd'] }])[0]!;
    expect(names(rowsOfModel(noted, answer, false))[0]).toBe('forward stops at svd');
    expect(tooltip(noted)).toContain('forward stops at svd');
  });

  it('that cannot be pruned are left alone by the filter', () => {
    const rows = rowsOfModel(model!, answer, true);
    const groups = rows.find((row) => row.kind === 'groups')!;
    const refused = rowsInside(groups, true);
    expect(refused.length).toBe(report.groups.filter(({ prunable }) => !prunable.ok).length);
    for (const row of refused) expect(description(row)).toContain('✗');
    const misfits = report.layers.filter(
      ({ patterns }) => patterns.length > 0 && !patterns.some(({ fit }) => fit.ok),
    );
    expect(rows.filter((row) => row.kind === 'module')).toHaveLength(misfits.length);
  });

  it('are found by the line that builds them, layers before what is around them', () => {
    const [layer2] = answer.children.filter(({ name }) => name === 'layer2');
    const conv = layer2!.children[1]!.children[0]!;
    const found = pathToLine(answer.children, 'file:///net.py', conv.place!.line);
    expect(found?.map(({ path }) => path)).toEqual(['layer2', 'layer2.1', 'layer2.1.conv1']);
    expect(pathToLine(answer.children, 'file:///other.py', conv.place!.line)).toBeUndefined();
  });

  it('are read aloud without signs', () => {
    const rows = rowsOfModel(model!, answer, false);
    expect(spoken(rows[0]!)).toMatch(/2:4 does not fit · channel fits$/);
  });
});
