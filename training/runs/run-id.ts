// Run ids: when, which model, which method; readable in a list and sorted by time.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { whyNot } from './why-not';

/** `2026-03-01_14-05-09_convnet_nm-magnitude`, local time. */
export function runId(model: string, method: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-');
  // A model's name is free text; keep what every file system takes, and keep it short.
  const name = model.replaceAll(/[^\w-]+/g, '-').slice(0, 40) || 'model';
  return `${day}_${time}_${name}_${method}`;
}

/** Makes a folder of that name, or of that name and a number where it exists. Answers with the name. */
export async function makeRunFolder(runsFolder: string, id: string): Promise<string> {
  try {
    await mkdir(runsFolder, { recursive: true });
    for (let count = 1; ; count++) {
      const name = count === 1 ? id : `${id}-${count}`;
      try {
        await mkdir(path.join(runsFolder, name));
        return name;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new Error(`cannot make a run folder in ${runsFolder}: ${whyNot(error, runsFolder)}`);
  }
}
