// kill -9 at random moments: one run, killed and resumed again and again until it ends.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunRecord } from '../../../core/runs/run-record';
import { RunFolder } from '../../../training/runs/run-folder';
import { against, begin, type Fault, inspect } from './fault';
import { random } from './random';

/** What the record on the disk acknowledges: these steps are saved. */
const acknowledged = (folder: string): number =>
  (JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as RunRecord).step;

export const kill: Fault = {
  name: 'kill -9 at random moments',

  async run(bench, tries) {
    const draw = random(1);
    const runs = bench.folder();
    // Enough steps for the kills: each lets a few tens through.
    const epochs = Math.max(20, tries * 3);
    let host = bench.host();
    const straight = await begin(host, runs, epochs);
    const [lost, unreadable]: [string[], string[]] = [[], []];
    await host.ended(straight);
    const folder = await begin(host, runs, epochs);
    let killed = 0;
    for (; killed < tries; killed++) {
      await delay(draw() * 400);
      const steps = acknowledged(folder);
      host.process.kill('SIGKILL');
      await host.exit();
      for (const line of await inspect(folder)) unreadable.push(`kill ${killed + 1}: ${line}`);
      const found = (await new RunFolder(folder).checkpoint())?.step ?? 0;
      if (found < steps) lost.push(`kill ${killed + 1}: step ${steps} was acknowledged, ${found} is there`);
      const { status } = await new RunFolder(folder).record();
      if (status === 'finished') break;
      if (status !== 'interrupted') lost.push(`kill ${killed + 1}: the run reads as ${status}`);
      host = bench.host();
      await host.ask('runs/resume', { folder });
    }
    await host.ended(folder).catch(() => undefined);
    return { tries: killed, lost, unreadable, messages: [], end: await against(straight, folder) };
  },
};
