// A clock that was set back a year while a run was stopped: nothing that matters may hang on the time of day.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { against, begin, type Fault, inspect } from './fault';

/** Loaded before the host: its Date is a year behind. */
const preload = `const real = Date.now; const behind = 365 * 86400000; const Before = Date;
globalThis.Date = class extends Before { constructor(...args) { args.length ? super(...args) : super(real() - behind); }
  static now() { return real() - behind; } };`;

export const clock: Fault = {
  name: 'clock set back a year',

  async run(bench, tries) {
    const runs = bench.folder();
    const script = path.join(bench.folder(), 'clock.cjs');
    writeFileSync(script, preload);
    const first = bench.host();
    const straight = await begin(first, runs);
    await first.ended(straight);
    const [lost, unreadable]: [string[], string[]] = [[], []];
    const folder = await begin(first, runs);
    await first.steps(folder, 30);
    await first.ask('runs/stop', { folder });
    let host = first;
    for (let attempt = 1; attempt <= tries; attempt++) {
      host = bench.host({ NODE_OPTIONS: `--require ${script}` });
      await host.ask('runs/resume', { folder });
      await host.steps(folder, 30 + attempt * 20);
      const { updated, created } = await host.ask('runs/stop', { folder });
      if (updated >= created) lost.push('the clock was not set back: this try says nothing');
      for (const line of await inspect(folder)) unreadable.push(`try ${attempt}: ${line}`);
    }
    await host.ask('runs/resume', { folder });
    await host.ended(folder);
    const [{ id } = { id: '' }] = (await host.ask('runs/list', { runsFolder: runs })).map(
      ({ record }) => record,
    );
    if (id !== path.basename(folder)) lost.push('the newest run is no longer first in the list');
    const stamps = readdirSync(folder).filter((name) => name.startsWith('events.out.tfevents.'));
    if (stamps.length < tries + 1) lost.push(`${stamps.length} event files`);
    return { tries, lost, unreadable, messages: [], end: await against(straight, folder) };
  },
};
