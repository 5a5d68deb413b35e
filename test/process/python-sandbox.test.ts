// The sandbox thread's life: it starts when needed, is interrupted, replaced, and ends without a trace.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend, type PythonOptions } from '../../language-server/frontends/python/frontend';

const distDir = path.resolve(import.meta.dirname, '../../dist');
const good = 'import torch\nnet = torch.nn.Sequential(torch.nn.Linear(2, 3))\n';
const endless = 'import torch\nwhile True: pass\n';

/** How many worker threads this process has. */
const threads = () => (process.report.getReport() as { workers: unknown[] }).workers.length;

describe('the Python sandbox', () => {
  let frontend: Frontend | undefined;
  afterEach(() => frontend?.dispose());

  const start = (options: Partial<PythonOptions> = {}) =>
    (frontend = createPythonFrontend({ distDir, deadlineMs: 60_000, ...options }));
  const request = (text: string, file = '/nowhere/model.py') => ({ file, text });
  const never = () => new AbortController().signal;
  const names = ({ models }: TraceResult) => models.map(({ graph }) => graph.name);

  it('prints what it costs to boot, to trace first and to trace again', async () => {
    const python = start();
    const times: number[] = [];
    for (let i = 0; i < 4; i++) {
      const from = performance.now();
      expect(names(await python.trace(request(`${good}# ${i}\n`), never()))).toEqual(['net']);
      times.push(Math.round(performance.now() - from));
    }
    console.log(`boot and first trace ${times[0]} ms, again ${times.slice(1).join(', ')} ms`);
  });

  it('reads a package that is developed in place anew when its files change', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-in-place-'));
    try {
      mkdirSync(path.join(folder, 'zoo'));
      const file = path.join(folder, 'zoo', 'net.py');
      const write = (name: string, text: string) => writeFileSync(path.join(folder, 'zoo', name), text);
      write('__init__.py', 'from .net import *\n');
      const text =
        'from torch import nn\nfrom .width import WIDTH\n\ndef net():\n    return nn.Linear(2, WIDTH)\n';
      write('net.py', text);
      const python = start();
      for (const width of [3, 5, 7]) {
        write('width.py', `WIDTH = ${width}\n${'#'.repeat(width)}\n`);
        const all = { file, text: `${text}# ${width}\n`, workspaceFolder: folder, packages: [folder] };
        const { models } = await python.trace(all, never());
        expect(models.map(({ graph }) => graph.params['weight']?.shape)).toEqual([[width, 2]]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('runs a file of an installed package once, though the package was imported ahead', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-installed-'));
    try {
      mkdirSync(path.join(folder, 'zoo'));
      const write = (name: string, text: string) => writeFileSync(path.join(folder, 'zoo', name), text);
      const text =
        'from torch import nn\nfrom .registry import register\n\n@register\ndef small():\n    return nn.Sequential(nn.Linear(2, 3))\n';
      write('__init__.py', 'from .net import *\n');
      write('net.py', text);
      write(
        'registry.py',
        'known = set()\ndef register(f):\n    assert f.__name__ not in known\n    known.add(f.__name__)\n    return f\n',
      );
      const python = start();
      const user = {
        ...request('import torch\nfrom zoo import small\nmodel = small()\n'),
        packages: [folder],
      };
      const own = { file: path.join(folder, 'zoo', 'net.py'), packages: [folder] };
      for (let i = 0; i < 3; i++) {
        const used = await python.trace({ ...user, text: `${user.text}# ${i}\n` }, never());
        expect([names(used), used.diagnostics]).toEqual([['model'], []]);
        const opened = await python.trace({ ...own, text: `${text}# ${i}\n` }, never());
        expect([names(opened), opened.diagnostics]).toEqual([['small'], []]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('gives way to a newer text of the same file', async () => {
    const python = start();
    await python.trace(request(good), never());
    const older = python.trace(request(endless), never());
    const newer = python.trace(request(`${good}# newer\n`), never());
    await expect(older).rejects.toMatchObject({ name: 'AbortError' });
    expect(names(await newer)).toEqual(['net']);
  });

  it('answers for other files after the one that is being read', async () => {
    const python = start();
    const files = ['/a/x.py', '/a/y.py', '/a/z.py'];
    const results = await Promise.all(files.map((file) => python.trace(request(good, file), never())));
    expect(results.map(names)).toEqual([['net'], ['net'], ['net']]);
  });

  it('stops when it is cancelled, also while it boots', async () => {
    const python = start();
    const booting = new AbortController();
    const first = python.trace(request(endless), booting.signal);
    booting.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    const running = new AbortController();
    const second = python.trace(request(endless, '/nowhere/second.py'), running.signal);
    setTimeout(() => running.abort(), 100);
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(names(await python.trace(request(good), never()))).toEqual(['net']);
  });

  it('is replaced when it runs out of time, and says what to do', async () => {
    const python = start({ deadlineMs: 1_000 });
    await python.trace(request(good), never());
    const hard = 'import torch, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass\n';
    const { models, diagnostics } = await python.trace(request(hard), never());
    expect([models, diagnostics.map(({ code }) => code)]).toEqual([[], ['sandbox-deadline']]);
    expect(diagnostics[0]!.message).toContain('if __name__ == "__main__"');
    expect(names(await python.trace(request(`${good}# after\n`), never()))).toEqual(['net']);
  });

  it('leaves no thread when it is disposed, even in the middle of a trace', async () => {
    const before = threads();
    const python = start();
    await python.trace(request(good), never());
    expect(threads()).toBe(before + 1);
    const running = python.trace(request(endless), never());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await python.dispose();
    expect((await running).models).toEqual([]);
    expect(threads()).toBe(before);
    await expect(python.trace(request(`${good}# late\n`), never())).rejects.toThrow(
      'the Python sandbox was ended',
    );
  });

  it('ends by itself when nobody needs it', async () => {
    const before = threads();
    const python = start({ idleMs: 50 });
    await python.trace(request(good), never());
    await expect.poll(threads, { timeout: 20_000 }).toBe(before);
    expect(names(await python.trace(request(`${good}# back\n`), never()))).toEqual(['net']);
  });
});
