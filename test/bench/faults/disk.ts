// A disk that is full, or that may no longer be written: the run fails in one line, keeps what it has, and goes on later.
import type { HostProcess } from '../../process/host-process';
import { RunFolder } from '../../../training/runs/run-folder';
import { against, type Bench, begin, type Fault, inspect, type Outcome, resume, Skipped } from './fault';
import { random } from './random';
import { SmallDisk } from './small-disk';

async function fails(
  bench: Bench,
  tries: number,
  strike: (disk: SmallDisk) => Promise<void> | void,
  mend: (disk: SmallDisk) => Promise<void> | void,
  refused?: (host: HostProcess, disk: SmallDisk) => Promise<string>,
): Promise<Outcome> {
  const draw = random(2);
  const host = bench.host();
  const straight = await begin(host, bench.folder());
  await host.ended(straight);
  const [lost, unreadable, messages]: string[][] = [[], [], []];
  const ends = new Set<string>();
  for (let attempt = 1; attempt <= tries; attempt++) {
    const disk = SmallDisk.mount();
    if (!disk) throw new Skipped('no file system can be mounted here');
    try {
      const folder = await begin(host, disk.folder);
      const after = 10 + Math.floor(draw() * 250);
      await host.steps(folder, after);
      await strike(disk);
      const failed = await host.ended(folder);
      const note = (list: string[], line: string) => list.push(`try ${attempt}, step ${after}: ${line}`);
      for (const line of await inspect(folder)) note(unreadable!, line);
      if (refused) messages!.push(await refused(host, disk));
      if (failed.status === 'failed') messages!.push(failed.error!);
      else if (failed.status !== 'finished') note(lost!, `it ended as ${failed.status}`);
      const saved = Number(/checkpoint of step (\d+) is kept/.exec(failed.error ?? '')?.[1] ?? 0);
      const found = (await new RunFolder(folder).checkpoint())?.step ?? 0;
      if (found < saved) note(lost!, `step ${saved} was said to be kept, ${found} is there`);
      await mend(disk);
      if (failed.status === 'failed') await resume(host, folder);
      ends.add(await against(straight, folder));
    } finally {
      await mend(disk);
      disk.unmount();
    }
  }
  return { tries, lost: lost!, unreadable: unreadable!, messages: messages!, end: [...ends].join(', ') };
}

export const diskFull: Fault = {
  name: 'disk full',
  run: (bench, tries) =>
    fails(
      bench,
      tries,
      (disk) => disk.fill(),
      (disk) => disk.makeRoom(),
    ),
};

export const readOnly: Fault = {
  name: 'folder made read-only',
  run: (bench, tries) =>
    fails(
      bench,
      tries,
      (disk) => disk.readOnly(true),
      (disk) => disk.readOnly(false),
      (host, disk) =>
        begin(host, disk.folder).then(
          () => 'a run began on a read-only disk',
          (error: unknown) => (error as Error).message,
        ),
    ),
};
