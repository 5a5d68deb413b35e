// What a file may reach by importing: nothing outside the workspace and the packages, and no import without end.
import { symlinkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesOf, HostileBench, namesOf, net } from './hostile';

/** A model whose width says what was imported: the module's WIDTH, or 5 where it is a placeholder or missing. */
const widthFrom = (module: string) => `
from torch import nn
try:
    from ${module} import WIDTH
except Exception:
    WIDTH = None

model = nn.Sequential(nn.Linear(8, WIDTH if isinstance(WIDTH, int) else 5))
`;

describe('imports of a hostile file', () => {
  let bench: HostileBench;
  beforeAll(async () => {
    bench = new HostileBench();
    await bench.trace(net());
  });
  afterAll(() => bench.dispose());

  const width = async (module: string) =>
    (await bench.trace(widthFrom(module))).models[0]?.graph.params['0.weight']?.shape[0];

  it('reach no file outside through links, in the workspace or in the packages', async () => {
    bench.write('outside.py', 'WIDTH = 66\n', bench.folder);
    bench.write('outside_package/__init__.py', 'WIDTH = 67\n', bench.folder);
    for (const [folder, prefix, own] of [
      [bench.workspace, 'w', 16],
      [bench.packages, 'p', 17],
    ] as const) {
      bench.write(`${prefix}_inside.py`, `WIDTH = ${own}\n`, folder);
      symlinkSync(path.join(bench.folder, 'outside.py'), path.join(folder, `${prefix}_file.py`));
      symlinkSync(path.join(bench.folder, 'outside_package'), path.join(folder, `${prefix}_package`));
      symlinkSync(bench.folder, path.join(folder, `${prefix}_parent`));
      symlinkSync(path.join(folder, `${prefix}_self`), path.join(folder, `${prefix}_self`));
      mkdirSync(path.join(folder, `${prefix}_folder`));
      symlinkSync(
        path.join(bench.folder, 'outside.py'),
        path.join(folder, `${prefix}_folder`, '__init__.py'),
      );
      expect(await width(`${prefix}_inside`)).toBe(own);
      for (const module of ['file', 'package', 'parent.outside', 'self', 'folder', 'folder.missing']) {
        expect(await width(`${prefix}_${module}`), module).toBe(5);
      }
    }
    expect(await width('..outside')).toBe(5);
    expect(await width('...outside')).toBe(5);
    await bench.stillWorks();
  });

  it('read no other file through links or names', async () => {
    bench.write('secret.txt', 'secret', bench.folder);
    bench.write('notes.txt', 'not Python');
    symlinkSync(path.join(bench.folder, 'secret.txt'), path.join(bench.workspace, 'linked_text.py'));
    const text = `
import os, torch
found = []
for name in ('../secret.txt', 'notes.txt', 'linked_text.py', '/etc/passwd', '/proc/self/environ', '../outside.py'):
    for base in ('', os.path.dirname(__file__) + '/', '${bench.folder}/', '${bench.workspace}/'):
        try:
            found.append(open(base + name).read()[:20])
        except OSError:
            pass
raise ValueError(f'found {sorted(set(found))}')
`;
    const { diagnostics } = await bench.trace(text);
    expect(diagnostics.map(({ message }) => message)).toEqual(['ValueError: found []']);
  });

  it('may go in circles, long ones too', async () => {
    for (let i = 0; i < 200; i++) {
      bench.write(
        `ring${i}.py`,
        `import ring${(i + 1) % 200}\nfrom ring${(i + 7) % 200} import *\nWIDTH = ${i + 1}\n`,
      );
    }
    expect(await width('ring3')).toBe(4);
    bench.write('self_importing/__init__.py', 'from . import a\nfrom self_importing.a import *\nWIDTH = 9\n');
    bench.write('self_importing/a.py', 'from . import b\nfrom .. import self_importing\n');
    bench.write('self_importing/b.py', 'import self_importing.a as a\nfrom .a import *\n');
    expect(await width('self_importing')).toBe(9);
    await bench.stillWorks();
  });

  it('may import files that import themselves by changing names', async () => {
    bench.write(
      'again.py',
      'import sys, importlib\nsys.modules.pop("again", None)\nimport again\nWIDTH = 3\n',
    );
    expect([3, 5]).toContain(await width('again'));
    await bench.stillWorks();
  });

  it('run what runs at import within the deadline, and name the file that does not end', async () => {
    bench.write('endless.py', 'def now(f):\n    while True: pass\n\n@now\ndef later(): pass\n');
    const result = await bench.trace(`${net()}\nimport endless\n`);
    expect([codesOf(result), namesOf(result)]).toEqual([['sandbox-deadline'], ['Net']]);
    await bench.stillWorks();
  });

  it('do not read files of a hundred megabytes', async () => {
    bench.write('huge.py', `WIDTH = 44\n${'x = 1\n'.repeat(17_000_000)}`);
    const start = performance.now();
    expect(await width('huge')).toBe(5);
    expect(performance.now() - start).toBeLessThan(5_000);
    await bench.stillWorks();
  });

  it('find names that are no file names', async () => {
    for (const name of [
      'a\\u0000b',
      '../outside',
      'outside/x',
      'C:x',
      '.'.repeat(300),
      'x'.repeat(100_000),
    ]) {
      const text = `import importlib, torch\ntry:\n    importlib.import_module("${name}", "x")\nexcept Exception:\n    pass\n${net()}`;
      expect(namesOf(await bench.trace(text)), name.slice(0, 20)).toEqual(['Net']);
    }
    await bench.stillWorks();
  });
});

describe('a source file of a hundred megabytes', () => {
  it('is refused at once, and one of a few megabytes is contained', async () => {
    const bench = new HostileBench();
    try {
      await bench.trace(net());
      for (const filler of ['# nothing\n', 'x = 1\n', '(']) {
        const start = performance.now();
        const huge = await bench.trace(net() + filler.repeat(Math.ceil(100e6 / filler.length)));
        expect([codesOf(huge), namesOf(huge)]).toEqual([['file-size'], []]);
        expect(performance.now() - start).toBeLessThan(1_000);
        const large = await bench.trace(net() + filler.repeat(Math.ceil(3e6 / filler.length)));
        expect(large.diagnostics.length).toBeLessThanOrEqual(1);
        await bench.stillWorks();
      }
    } finally {
      await bench.dispose();
    }
  });
});
