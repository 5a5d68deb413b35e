// Which column of a table holds the class: asked once a table was picked, as no name says it for sure.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { window } from 'vscode';
import { columnsOf } from '../../core/formats/csv';
import { pick } from '../input/pick';
import type { StepPosition } from '../input/steps';
import type { DataChoice } from './choices';
import { title } from './title';

/** Enough for any first line; tables may be larger than memory. */
const head = 1 << 16;

/** Undefined goes back to the list of data: nobody chose, or there is nothing to choose, which was said. */
export async function askColumn(table: DataChoice, at: StepPosition): Promise<DataChoice | undefined> {
  const name = path.basename(table.path!);
  const names = columnsOf(await beginningOf(table.path!), name);
  if (names.length < 2) {
    const wanted = 'its first line should name the columns, two at least, between commas';
    void window.showWarningMessage(`${name}: ${wanted}`);
    return undefined;
  }
  const answer = await pick<string>({
    ...at,
    title: `${title}: ${name}`,
    placeholder: 'Which column holds the class?',
    items: names.map((value) => ({ label: value, value })),
    active: likelyLabel(names),
  });
  return typeof answer === 'object' ? { ...table, label: answer.value } : undefined;
}

/** A telling name, else the last. */
const likelyLabel = (names: readonly string[]): string =>
  names.find((name) => /^(label|labels|class|target|y)$/i.test(name)) ?? names.at(-1)!;

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(head), 0, head, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
