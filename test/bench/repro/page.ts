// Writes docs/methods/<id>.md: the tables, and plots drawn from the run files of the first seed.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MetricPoint } from '../../../core/runs/run-record';
import { RunFolder } from '../../../training/runs/run-folder';
import { curves } from './plot';
import { armsTable, claimsTable } from './report';
import type { Plot, Reproduction, Results } from './reproduction';

export async function writePage(
  reproduction: Reproduction,
  results: Results,
  folderOf: (arm: string, seed: number) => string,
): Promise<string> {
  const { id, title, source, setup, seeds, plots = [] } = reproduction;
  const docs = path.resolve('docs/methods');
  await mkdir(path.join(docs, 'images'), { recursive: true });
  const drawn: string[] = [];
  for (const [i, plot] of plots.entries()) {
    const svg = await drawPlot(plot, reproduction, (arm) => folderOf(arm, seeds[0]!));
    if (svg === undefined) continue;
    const name = `images/${id}-${i + 1}.svg`;
    await writeFile(path.join(docs, name), svg);
    drawn.push(`![${plot.title}](${name})`, '');
  }
  const text = [
    `# ${title}`,
    '',
    `${source}. What it is, its equations and options: [the method's own README](../../training/methods/${id}/README.md).`,
    '',
    setup,
    '',
    `Written by \`npm run repro -- ${id}\`. Mean ± standard deviation over seeds.`,
    '',
    ...armsTable(reproduction, results),
    '',
    ...claimsTable(reproduction, results),
    '',
    ...drawn,
  ].join('\n');
  const file = path.join(docs, `${id}.md`);
  await writeFile(file, `${text.trimEnd()}\n`);
  return file;
}

async function drawPlot(
  { title, unit, of, arms }: Plot,
  reproduction: Reproduction,
  folderOf: (arm: string) => string,
): Promise<string | undefined> {
  const series = [];
  for (const id of arms) {
    const pointer = path.join(folderOf(id), 'run.json');
    if (!existsSync(pointer)) continue;
    const { folder } = JSON.parse(await readFile(pointer, 'utf8')) as { folder: string };
    const metrics: MetricPoint[] = await (await RunFolder.open(folder)).metrics();
    const points = metrics.flatMap((point) => {
      const y = of(point);
      return y === undefined ? [] : [[point.step, y] as const];
    });
    const name = reproduction.arms.find((arm) => arm.id === id)?.title ?? id;
    if (points.length > 0) series.push({ name, points });
  }
  return series.length === 0 ? undefined : curves(title, unit, series);
}
