// Files that were cut short or scribbled over behind our back.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RunFolder } from '../../../training/runs/run-folder';
import { against, type Bench, begin, type Fault, inspect, type Outcome } from './fault';
import { random } from './random';

async function damages(
  bench: Bench,
  tries: number,
  file: string,
  harm: (bytes: Buffer, draw: () => number) => Buffer,
  check: (folder: string) => Promise<string | undefined>,
): Promise<Outcome> {
  const draw = random(3);
  const host = bench.host();
  const runs = bench.folder();
  const straight = await begin(host, runs);
  await host.ended(straight);
  const [lost, unreadable]: [string[], string[]] = [[], []];
  const messages = new Set<string>();
  const ends = new Set<string>();
  for (let attempt = 1; attempt <= tries; attempt++) {
    const folder = await begin(host, runs);
    await host.steps(folder, 21 + Math.floor(draw() * 200));
    await host.ask('runs/stop', { folder });
    const victim = path.join(folder, file);
    writeFileSync(victim, harm(readFileSync(victim), draw));
    for (const line of await inspect(folder)) unreadable.push(`try ${attempt}: ${line}`);
    const wrong = await check(folder);
    if (wrong) lost.push(`try ${attempt}: ${wrong}`);
    const begun = await host.ask('runs/resume', { folder });
    if (begun.notice)
      messages.add(begun.notice.replaceAll(runs, '…').replaceAll(/\d{4}-\d\d\S+|step \d+/g, '…'));
    await host.ended(folder);
    ends.add(await against(straight, folder));
  }
  return { tries, lost, unreadable, messages: [...messages], end: [...ends].join(', ') };
}

/** The last checkpoint is recognised as damaged, and what is used is a whole one. */
async function usesTheOneBefore(folder: string): Promise<string | undefined> {
  const newest = await new RunFolder(folder).newest();
  if (!newest?.notice) return 'the damage was not noticed';
  return newest.checkpoint.step > 0 ? undefined : 'no checkpoint is left';
}

export const truncated: Fault = {
  name: 'checkpoint cut short',
  run: (bench, tries) =>
    damages(
      bench,
      tries,
      'checkpoint.safetensors',
      (bytes, draw) => bytes.subarray(0, Math.floor(draw() * bytes.length)),
      usesTheOneBefore,
    ),
};

export const flipped: Fault = {
  name: 'a bit of the checkpoint flipped',
  run: (bench, tries) =>
    damages(
      bench,
      tries,
      'checkpoint.safetensors',
      (bytes, draw) => {
        const at = Math.floor(draw() * bytes.length * 8);
        bytes[at >> 3]! ^= 1 << (at & 7);
        return bytes;
      },
      usesTheOneBefore,
    ),
};

export const metricsLine: Fault = {
  name: 'a line of the metrics scribbled over',
  run(bench, tries) {
    let before = 0;
    return damages(
      bench,
      tries,
      'metrics.jsonl',
      (bytes, draw) => {
        const lines = bytes.toString('utf8').trimEnd().split('\n');
        before = lines.length;
        lines[Math.floor(draw() * lines.length)] = '\u0000{"step":oops';
        return Buffer.from(`${lines.join('\n')}\n`);
      },
      async (folder) => {
        const { length } = await new RunFolder(folder).metrics();
        return length === before - 1 ? undefined : `${length} of ${before - 1} whole lines are read`;
      },
    );
  },
};

export const leftovers: Fault = {
  name: 'half-written files left in the folder',
  async run(bench, tries) {
    const host = bench.host();
    const runs = bench.folder();
    const straight = await begin(host, runs);
    await host.ended(straight);
    const folder = await begin(host, runs);
    for (let attempt = 0; attempt < tries; attempt++) {
      await host.steps(folder, 20 + attempt * 20);
      await host.ask('runs/stop', { folder });
      writeFileSync(path.join(folder, `.checkpoint.safetensors.${attempt}.tmp`), 'half');
      writeFileSync(path.join(folder, 'lock.json'), '{"pid":');
      await host.ask('runs/resume', { folder });
    }
    await host.ended(folder);
    const unreadable = await inspect(folder);
    return { tries, lost: [], unreadable, messages: [], end: await against(straight, folder) };
  },
};
