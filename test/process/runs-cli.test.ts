// `espalier runs` as people run it: tables, JSON, and one line where something is wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../core/protocol/training-host';
import type { RunRecord } from '../../core/runs/run-record';
import { tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-runs-cli-'));
const runsFolder = path.join(folder, '.espalier', 'runs');
let [first, second]: string[] = [];

function espalier(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const json = <T>(...args: string[]): T => JSON.parse(espalier(...args, '--json').stdout) as T;

describe('espalier runs', () => {
  it('has one finished run and one that was stopped', async () => {
    const host = new HostClient();
    const begin = async (epochs: number) => {
      const { id } = await host.ask('runs/start', {
        recipe: tinyRecipe('nm-magnitude', { training: { epochs, checkpointEvery: 10 } }),
        graph: tinyNet(),
        baseFolder: folder,
        runsFolder,
      });
      return id;
    };
    first = await begin(2);
    await host.ended(path.join(runsFolder, first));
    second = await begin(40);
    await host.steps(path.join(runsFolder, second), 40);
    await host.ask('runs/stop', { folder: path.join(runsFolder, second) });
  });

  it('lists them, newest first, and says what cannot be read', () => {
    const broken = path.join(runsFolder, 'broken');
    spawnSync('mkdir', [broken]);
    writeFileSync(path.join(broken, 'run.json'), '{"version":7}');
    const { status, stdout } = espalier('runs');
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^run +status +metric +density +data$/);
    expect(lines[2]).toContain(second);
    expect(lines[2]).toMatch(/stopped \d+\/640 /);
    expect(lines[3]).toMatch(/finished +test accuracy \d+\.\d % +0\.50 +digits, 256 \+ 100$/);
    expect(lines[4]).toMatch(/^cannot be read: broken: .*of version 7.*update Espalier$/);
    const listed = json<{ runs: RunSummary[]; unreadable: unknown[] }>('runs', 'list');
    expect(listed.runs.map(({ record }) => record.id)).toEqual([second, first]);
    expect(listed.unreadable).toHaveLength(1);
  });

  it('shows one, and compares two with what differs marked', () => {
    const shown = espalier('runs', 'show', first!);
    expect(shown.stdout, shown.stderr).toMatch(/^density +50\.0 %$/m);
    expect(shown.stdout).toMatch(/^data hash +[0-9a-f]{16}$/m);
    const compared = espalier('runs', 'compare', first!, 'last').stdout;
    expect(compared).toMatch(/^≠ training\.epochs +2 +40$/m);
    expect(compared).toMatch(/^ {2}model +tiny +tiny$/m);
    expect(compared).not.toContain('training.batch');
    const { record } = json<{ record: RunRecord }>('runs', 'show', 'last');
    expect(record).toMatchObject({ id: second, status: 'stopped', version: 2 });
  });

  it('copies one into an MLflow store, a line "timestamp value step" a point', () => {
    const { stdout, stderr } = espalier('runs', 'mlflow', first!);
    const target = stdout.split('\n')[0]!;
    expect(existsSync(path.join(target, 'meta.yaml')), stderr).toBe(true);
    const lines = readFileSync(path.join(target, 'metrics/loss/train'), 'utf8').trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^\d{13} \d\S* \d+$/);
    const steps = lines.map((line) => Number(line.split(' ')[2]));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(readdirSync(path.join(target, 'metrics/density'))).toEqual(
      expect.arrayContaining(['all', 'a.conv', 'b.conv', 'head']),
    );
    expect(readFileSync(path.join(target, 'params/training.epochs'), 'utf8')).toBe('2');
  });

  it('goes on with one, and deletes one only when it is told to', () => {
    const resumed = espalier('runs', 'resume', 'last');
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(json<{ record: RunRecord }>('runs', 'show', second!).record.status).toBe('finished');
    expect(espalier('runs', 'resume', second!).stderr).toContain('has finished; begin a new one');
    expect(espalier('runs', 'delete', first!)).toMatchObject({
      status: 2,
      stderr: `espalier: delete ${first} for good? Nobody is here to answer: add --yes\n`,
    });
    expect(espalier('runs', 'delete', first!, '--yes').stdout).toBe(`deleted ${first}\n`);
    expect(readdirSync(runsFolder).sort()).toEqual([second, 'broken'].sort());
  });

  it('says in one line what it does not know', () => {
    expect(espalier('runs', 'dance').stderr).toBe(
      'espalier: runs cannot dance; list, show, compare, resume, widths, delete, mlflow are what it can\n',
    );
    expect(espalier('runs', 'show', 'nothing').stderr).toMatch(
      /^espalier: there is no run nothing in .*; the newest are /,
    );
    expect(espalier('runs', 'show', 'nothing', '--folder', 'none').stderr).toMatch(
      /--folder says where to look\n$/,
    );
    expect(espalier('runs', 'compare', second!).stderr).toBe(
      'espalier: runs compare needs two runs or more\n',
    );
  });
});
