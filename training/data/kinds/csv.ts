// Tables of numbers with a column of classes. Features are standardised by the training rows.
import path from 'node:path';
import { cells, delimiterOf, records } from '../../../core/formats/csv';
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
  const [head, ...lines] = records(text, file);
  if (!head) throw new Error(`${file} is empty; its first line should name the columns`);
  const delimiter = delimiterOf(head.text);
  const names = cells(head.text, delimiter);
  const column = names.indexOf(label);
  if (column < 0)
    throw new Error(`${file} has no column ${label}; its columns are ${names.slice(0, 20).join(', ')}`);
  if (names.length < 2)
    throw new Error(`${file} has no column beside ${label}: there is nothing to learn from`);
  const [rows, words, skipped]: [number[][], string[], Skipped[]] = [[], [], []];
  for (const { text: line, number } of lines) {
    const row = cells(line, delimiter);
    const why = hole(row, names, column);
    if (why !== undefined) skipped.push({ name: `line ${number}`, why });
    else {
      rows.push(row.filter((_, at) => at !== column).map(Number));
      words.push(row[column]!);
    }
  }
  if (rows.length === 0)
    throw new Error(
      `${file} has no row of numbers${skipped[0] ? `; ${skipped[0].name}: ${skipped[0].why}` : ''}`,
    );
  const classes = classesOf(words, label, file);
  const place = new Map(classes.map((word, i) => [word, i]));
  const labels = Int32Array.from(words, (word) => place.get(word)!);
  return { features: Float32Array.from(rows.flat()), width: names.length - 1, classes, labels, skipped };
}

/** Why a row cannot be used. */
function hole(row: readonly string[], names: readonly string[], column: number): string | undefined {
  if (row.length !== names.length) return `it has ${row.length} cells, not ${names.length}`;
  const at = row.findIndex((cell, i) => cell === '' || (i !== column && !Number.isFinite(Number(cell))));
  if (at < 0) return undefined;
  return row[at] === ''
    ? `${names[at]} is empty`
    : `${names[at]} is ${row[at]!.slice(0, 40)}, which is no number`;
}

/** Real numbers are quantities, not classes: nearly every row would be a class of its own. */
function classesOf(words: readonly string[], label: string, file: string): string[] {
  const classes = [...new Set(words)].sort(byNumber);
  const fraction = classes.find((word) => /^-?\d*\.\d*[1-9]/.test(word) && Number.isFinite(Number(word)));
  if (fraction !== undefined)
    throw new Error(`${file} has ${fraction} in its column ${label}; classes are words or whole numbers`);
  if (classes.length < 2)
    throw new Error(`${file} has only ${classes[0]} in its column ${label}; two classes at least are needed`);
  return classes;
}

const byNumber = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);

function standardise(features: Float32Array, width: number, train: Int32Array): void {
  for (let f = 0; f < width; f++) {
    const values = Float64Array.from(train, (row) => features[row * width + f]!);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
    for (let at = f; at < features.length; at += width) features[at] = (features[at]! - mean) / spread;
  }
}
