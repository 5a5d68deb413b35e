// Tables of numbers with a column of classes. Features are standardised by the training rows.
import path from 'node:path';
import { ArraySplit } from '../arrays';
import type { Dataset, Skipped } from '../dataset';
import { readData } from '../files';
import { fingerprint } from '../fingerprint';
import { holdOut } from '../hold-out';
import type { DataKind } from './kind';

export const csv: DataKind<'csv'> = {
  id: 'csv',
  async load(spec, { baseFolder }): Promise<Dataset> {
    const file = path.resolve(baseFolder, spec.file);
    const bytes = await readData(file);
    const { features, classes, labels, skipped, width } = parse(bytes.toString('utf8'), spec.label, file);
    const { train, test } = holdOut(labels.length, Math.round(labels.length * spec.test), file);
    standardise(features, width, train);
    const arrays = { inputs: [{ shape: [width], data: features }], labels };
    return {
      name: `rows of ${path.basename(file)} (${train.length} + ${test.length})${skipped.length > 0 ? `, ${skipped.length} left out` : ''}`,
      kind: 'csv',
      inputs: [{ shape: [width], dtype: 'float32' }],
      targets: { kind: 'classes', classes: classes.length, names: classes },
      train: new ArraySplit(arrays, train),
      test: new ArraySplit(arrays, test),
      hash: fingerprint(bytes),
      skipped,
    };
  },
};

function parse(text: string, label: string, file: string) {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const delimiter = [',', ';', '\t'].find((each) => head.includes(each)) ?? ',';
  const names = cells(head, delimiter);
  const column = names.indexOf(label);
  if (column < 0)
    throw new Error(`${file} has no column ${label}; its columns are ${names.slice(0, 20).join(', ')}`);
  const [rows, words, skipped]: [number[][], string[], Skipped[]] = [[], [], []];
  for (const [i, line] of lines.entries()) {
    const row = cells(line, delimiter);
    const numbers = row.filter((_, at) => at !== column).map((cell) => (cell === '' ? NaN : Number(cell)));
    const hole = numbers.findIndex((value) => !Number.isFinite(value));
    if (row.length !== names.length)
      skipped.push({ name: `line ${i + 2}`, why: `it has ${row.length} cells, not ${names.length}` });
    else if (hole >= 0 || row[column] === '')
      skipped.push({ name: `line ${i + 2}`, why: 'a cell is empty or no number' });
    else {
      rows.push(numbers);
      words.push(row[column]!);
    }
  }
  if (rows.length === 0)
    throw new Error(
      `${file} has no row of numbers${skipped[0] ? `; ${skipped[0].name}: ${skipped[0].why}` : ''}`,
    );
  const classes = [...new Set(words)].sort(byNumber);
  const labels = Int32Array.from(words, (word) => classes.indexOf(word));
  return { features: Float32Array.from(rows.flat()), width: names.length - 1, classes, labels, skipped };
}

const byNumber = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);

/** RFC 4180: cells in quotes may hold the delimiter, and doubled quotes. */
function cells(line: string, delimiter: string): string[] {
  const out: string[] = [];
  let [cell, quoted] = ['', false];
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted && c === '"' && line[i + 1] === '"') cell += line[++i]!;
    else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) {
      out.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  return [...out, cell.trim()];
}

function standardise(features: Float32Array, width: number, train: Int32Array): void {
  for (let f = 0; f < width; f++) {
    const values = Float64Array.from(train, (row) => features[row * width + f]!);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
    for (let at = f; at < features.length; at += width) features[at] = (features[at]! - mean) / spread;
  }
}
