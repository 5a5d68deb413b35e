// The queue of a device: one run at a time, in the order in which they came, and nobody waits for the dead.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DeviceQueue } from '../../../training/runs/device-queue';
import { tempFolder } from './support';

it('lets runs in one at a time, first come first served, and says whom they wait for', async () => {
  const folder = tempFolder();
  const order: string[] = [];
  const waits: string[] = [];
  let inside = 0;
  const run = async (name: string) => {
    // Each its own queue, as each process has.
    const onWait = (first: string) => void waits.push(`${name} for ${first}`);
    const turn = await new DeviceQueue(folder).enter('wasm', name, { onWait });
    expect(++inside).toBe(1);
    order.push(name);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
    await turn.release();
  };
  const first = await new DeviceQueue(folder).enter('wasm', 'first');
  const others: Promise<void>[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    others.push(run(name));
    await expect.poll(() => waits.some((line) => line.startsWith(name))).toBe(true);
  }
  expect(waits.slice(0, 4)).toEqual(['a for first', 'b for first', 'c for first', 'd for first']);
  await first.release();
  await Promise.all(others);
  expect(order).toEqual(['a', 'b', 'c', 'd']);
  expect(readdirSync(path.join(folder, 'wasm'))).toEqual([]);
});

it('holds up no other device', async () => {
  const queue = new DeviceQueue(tempFolder());
  const turns = [await queue.enter('wasm', 'a'), await queue.enter('cuda:0', 'b')];
  await Promise.all(turns.map((turn) => turn.release()));
});

it('passes over tickets and locks of processes that are gone', async () => {
  const folder = tempFolder();
  const gone = JSON.stringify({ pid: 2 ** 22 + 1, run: 'dead' });
  mkdirSync(path.join(folder, 'wasm'));
  writeFileSync(path.join(folder, 'wasm', '000000000001.json'), gone);
  writeFileSync(path.join(folder, 'wasm', '000000000002.json'), '{"pid":');
  writeFileSync(path.join(folder, 'wasm', 'device.lock'), gone);
  const turn = await new DeviceQueue(folder).enter('wasm', 'a');
  await turn.release();
  expect(readdirSync(path.join(folder, 'wasm'))).toEqual([]);
});

it('lets go of whoever gives up, and of the place', async () => {
  const folder = tempFolder();
  const queue = new DeviceQueue(folder);
  const first = await queue.enter('wasm', 'a');
  const stop = new AbortController();
  const second = queue.enter('wasm', 'b', { signal: stop.signal, onWait: () => stop.abort() });
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(path.join(folder, 'wasm')).filter((name) => name.endsWith('.json'))).toHaveLength(1);
  await first.release();
});

it('survives that somebody empties its folder', async () => {
  const folder = tempFolder();
  const queue = new DeviceQueue(folder);
  const first = await queue.enter('wasm', 'a');
  const second = queue.enter('wasm', 'b', {
    onWait: () => {
      for (const name of readdirSync(path.join(folder, 'wasm'))) rmSync(path.join(folder, 'wasm', name));
    },
  });
  await (await second).release();
  await first.release();
});

it('does not keep anybody from training where it cannot write', async () => {
  const file = path.join(tempFolder(), 'file');
  writeFileSync(file, '');
  await (await new DeviceQueue(file).enter('wasm', 'a')).release();
});
