// What the server costs while nobody does anything: a large workspace is not looked at, and files that change on disk
// wake only who imports them.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, exampleFile } from './client';

const files = 2000;
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-idle-'));
const example = readFileSync(exampleFile('pytorch/convnet.py'), 'utf8');
const fileOf = (i: number) => path.join(folder, `package${i % 40}`, `net${i}.py`);

let client: Client;
beforeAll(async () => {
  for (let i = 0; i < 40; i++) mkdirSync(path.join(folder, `package${i}`));
  for (let i = 0; i < files; i++) writeFileSync(fileOf(i), example);
  client = await Client.start({ folder });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

/** Milliseconds of processor time that the server has used in all its threads. The kernel counts in hundredths of a second. */
function cpu(): number {
  const stat = readFileSync(`/proc/${client.process.pid}/stat`, 'utf8');
  // The name, in brackets, may hold spaces; time in user and in system mode are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
async function costOf(milliseconds: number): Promise<number> {
  const before = cpu();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return cpu() - before;
}
/** Once the trace and whatever follows it, such as garbage collection, are over. */
const quiet = () => client.until('quiet', async () => (await costOf(1000)) <= 10);

it.runIf(process.platform === 'linux')('costs nothing in a workspace of 2,000 Python files', async () => {
  const uri = await client.open(fileOf(0), example);
  await client.status(uri, 'exact');
  await quiet();
  const idle = await costOf(5000);
  console.log(`five idle seconds in a workspace of ${files} Python files cost ${idle} ms of processor time`);
  // The clock's own grain is 10 ms; a timer that looks at the workspace would cost hundreds.
  expect(idle).toBeLessThanOrEqual(50);
});

it('does not read again what no changed file is imported by', async () => {
  const uri = pathToFileURL(fileOf(0)).href;
  await client.status(uri, 'exact');
  const told = client.statuses.length;
  const before = cpu();
  // A checkout touches every file; each comes as a change of its own in one message.
  const changes = Array.from({ length: files - 1 }, (_, i) => ({
    uri: pathToFileURL(fileOf(i + 1)).href,
    type: 2,
  }));
  for (let i = 0; i < 5; i++)
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  expect((await client.lensTexts(uri))[0]).toContain('77,754 parameters');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const cost = cpu() - before;
  console.log(`10,000 changes on disk cost ${cost} ms of processor time and no trace`);
  expect(client.statuses.length).toBe(told);
  expect(cost).toBeLessThan(1500);
});

it('reads an importer once, however many of its imports change at once', async () => {
  const net = `from package1 import ${Array.from({ length: 50 }, (_, i) => `net${1 + 40 * i}`).join(', ')}\n${example}`;
  const uri = await client.open(path.join(folder, 'main.py'), net);
  await client.status(uri, 'exact');
  const traces = () =>
    client.statuses.filter((status) => status.uri === uri && status.state === 'tracing').length;
  const before = traces();
  for (let i = 0; i < 50; i++) {
    const changes = [{ uri: pathToFileURL(fileOf(1 + 40 * i)).href, type: 2 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }
  await client.until('the new trace', () => traces() > before);
  await client.status(uri, 'exact');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(traces() - before).toBe(1);
});
