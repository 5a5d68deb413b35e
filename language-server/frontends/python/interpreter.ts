// Boots CPython (pyodide) behind the wall and runs Python source in it, with one channel out: /dev/espalier.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type MountableFS, mountSources } from './mount';
import { raiseWall } from './seal';
import type { SourceTree } from './source-tree';

/** The parts of pyodide that are used here; most of it is out of reach on purpose. */
interface Pyodide {
  readonly _module: {
    stringToNewUTF8(text: string): number;
    UTF8ToString(pointer: number): string;
    _PyRun_SimpleString(pointer: number): number;
    _free(pointer: number): void;
    readonly HEAP8: Int8Array;
  };
  readonly FS: EmscriptenFS;
  setInterruptBuffer(buffer: Uint8Array): void;
  setStdin(options: { stdin: () => null }): void;
  setStdout(options: { write: (bytes: Uint8Array) => number }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number }): void;
}

interface EmscriptenFS extends MountableFS {
  makedev(major: number, minor: number): number;
  registerDevice(device: number, ops: object): void;
  mkdev(path: string, mode: number, device: number): void;
  writeFile(path: string, data: string): void;
}

export interface Interpreter {
  /** Runs source in `__main__`; false when an exception came out. Throws when the interpreter itself is lost. */
  run(source: string): boolean;
  /** Shows Python a tree of sources, read-only, until the answer is called. */
  mount(tree: SourceTree): () => void;
  heapBytes(): number;
}

export interface InterpreterOptions {
  readonly distDir: string;
  readonly memoryBytes: number;
  readonly interrupt: Uint8Array;
  /** Answers one request of the stand-ins: JSON in, JSON out. Must not throw. */
  readonly answer: (request: string) => string;
}

export const channelPath = '/dev/espalier';
/** Where the stand-ins live inside the sandbox. */
export const sandboxRoot = '/sandbox';

/** Removes the roads to JavaScript that the wall would otherwise have to stop one by one. */
const forgetJavaScript = `
import sys
for _name in list(sys.modules):
    if _name.split('.')[0] in ('js', 'pyodide_js', 'pyodide', '_pyodide', '_pyodide_core'):
        del sys.modules[_name]
sys.meta_path[:] = [f for f in sys.meta_path if not type(f).__module__.startswith('_pyodide')
                    and not getattr(f, '__module__', '').startswith('_pyodide')]
sys.path.insert(0, '${sandboxRoot}')
import json.encoder
json.encoder._JSNULL = object()
del _name, sys, json
import gc; gc.collect(); del gc
`;

export async function bootInterpreter(options: InterpreterOptions): Promise<Interpreter> {
  const home = path.join(options.distDir, 'vendor', 'pyodide') + path.sep;
  const seal = raiseWall(options.memoryBytes);
  // Pyodide would otherwise look for the packages it opens sockets and shells with.
  const refuse = (name: string): never => {
    throw new Error(`${name} is not available in the sandbox`);
  };
  Object.assign(globalThis, { require: refuse });
  const { loadPyodide } = (await import(pathToFileURL(path.join(home, 'pyodide.mjs')).href)) as {
    loadPyodide: (options: object) => Promise<Pyodide>;
  };
  const pyodide = await loadPyodide({
    indexURL: home,
    packageCacheDir: home,
    // Bare: `import js` would find nothing in it even before the module is forgotten.
    jsglobals: Object.create(null) as object,
    env: { HOME: '/', PYTHONHASHSEED: '0' },
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
  });
  const { _module: module, FS } = pyodide;
  const swallow = { write: (bytes: Uint8Array) => bytes.length };
  pyodide.setStdin({ stdin: () => null });
  pyodide.setStdout(swallow);
  pyodide.setStderr(swallow);
  pyodide.setInterruptBuffer(options.interrupt);
  openChannel(FS, options.answer);
  copyIn(FS, path.join(options.distDir, 'vendor', 'sandbox'), sandboxRoot);

  const run = (source: string): boolean => {
    const pointer = module.stringToNewUTF8(source);
    try {
      return module._PyRun_SimpleString(pointer) === 0;
    } finally {
      module._free(pointer);
    }
  };
  if (!run(forgetJavaScript)) throw new Error('the Python sandbox could not be closed');
  seal.close((pointer) => module.UTF8ToString(pointer), new Set([channelPath, '/dev/null']));
  return { run, mount: (tree) => mountSources(FS, tree), heapBytes: () => module.HEAP8.byteLength };
}

/** A character device: what Python writes is a request, what it reads next is the answer, ended by a newline. */
function openChannel(FS: EmscriptenFS, answer: (request: string) => string): void {
  const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
  let pending = new Uint8Array(0);
  const device = FS.makedev(64, 1);
  FS.registerDevice(device, {
    open: () => undefined,
    close: () => undefined,
    write(_stream: unknown, buffer: Uint8Array, offset: number, length: number): number {
      // A copy: the buffer is the whole of Python's memory, which may grow while the request is answered.
      const request = decoder.decode(buffer.slice(offset, offset + length));
      pending = encoder.encode(`${answer(request)}\n`);
      return length;
    },
    read(_stream: unknown, buffer: Uint8Array, offset: number, length: number): number {
      const part = pending.subarray(0, length);
      buffer.set(part, offset);
      pending = pending.subarray(part.length);
      return part.length;
    },
  });
  FS.mkdev(channelPath, 0o666, device);
}

function copyIn(FS: EmscriptenFS, from: string, to: string): void {
  FS.mkdirTree(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [path.join(from, name), `${to}/${name}`];
    if (statSync(source).isDirectory()) {
      if (name !== '__pycache__') copyIn(FS, source, target);
    } else if (name.endsWith('.py')) FS.writeFile(target, readFileSync(source, 'utf8'));
  }
}
