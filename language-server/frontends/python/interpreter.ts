// Boots CPython (pyodide) behind the wall and runs Python source in it, with one channel out: /dev/espalier.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { channelPath, type DeviceFS, openChannel } from './channel';
import {
  type Change,
  changeSince,
  type Checkpoint,
  restoreCheckpoint,
  type StreamsFS,
  takeCheckpoint,
} from './checkpoint';
import { pythonFiles, readImage } from './image';
import { mountSources } from './mount';
import type { Room } from './room';
import { raiseWall } from './seal';
import type { SourceTree } from './source-tree';

/** The parts of pyodide that are used here; most of it is out of reach on purpose. */
interface Pyodide {
  readonly _module: {
    stringToNewUTF8(text: string): number;
    UTF8ToString(pointer: number): string;
    _PyRun_SimpleString(pointer: number): number;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    readonly HEAP8: Int8Array;
    readonly HEAPU8: Uint8Array;
  };
  readonly FS: EmscriptenFS;
  makeMemorySnapshot(): Uint8Array;
  setInterruptBuffer(buffer: Uint8Array): void;
  setStdin(options: { stdin: () => null }): void;
  setStdout(options: { write: (bytes: Uint8Array) => number }): void;
  setStderr(options: { write: (bytes: Uint8Array) => number }): void;
}

interface EmscriptenFS extends DeviceFS, StreamsFS {
  writeFile(path: string, data: string): void;
}

export interface Interpreter {
  /** Runs source in `__main__`; false when an exception came out. Throws when the interpreter itself is lost. */
  run(source: string): boolean;
  /** Shows Python a tree of sources, read-only, until the answer is called. */
  mount(tree: SourceTree): () => void;
  /** Python's state as it is now, and back to it; only between runs. */
  checkpoint(): Checkpoint;
  restore(checkpoint: Checkpoint, change?: Change): void;
  /** What has changed since, to be put on top of the checkpoint again; undefined where the room is too small. */
  changeSince(checkpoint: Checkpoint, room: Room): Change | undefined;
  heapBytes(): number;
}

export interface InterpreterOptions {
  readonly distDir: string;
  readonly memoryBytes: number;
  readonly interrupt: Uint8Array;
  /** Answers one request of the stand-ins: JSON in, JSON out. Must not throw. */
  readonly answer: (request: string) => string;
}

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
import json.encoder
json.encoder._JSNULL = object()
del _name, sys, json
import gc; gc.collect(); del gc
`;

const addPath = `import sys; sys.path.insert(0, '${sandboxRoot}'); del sys`;
const loadStandIns = 'from _espalier import boot as _boot, driver as _driver; _boot.load()';

/** Starts Python with the stand-ins loaded: from an image where there is one. */
async function start(distDir: string, image: Uint8Array | undefined, more: object = {}): Promise<Pyodide> {
  const home = path.join(distDir, 'vendor', 'pyodide') + path.sep;
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
    ...(image ? { _loadSnapshot: image } : {}),
    ...more,
  });
  copyIn(pyodide.FS, path.join(distDir, 'vendor', 'sandbox'), sandboxRoot);
  if (!image && !(run(pyodide, addPath) && run(pyodide, loadStandIns))) {
    throw new Error('the stand-ins could not be loaded');
  }
  return pyodide;
}

/** The memory of an interpreter that is ready to be closed and used; made once, when the product is built. */
export async function makeImage(distDir: string): Promise<Uint8Array> {
  return (await start(distDir, undefined, { _makeSnapshot: true })).makeMemorySnapshot();
}

export async function bootInterpreter(options: InterpreterOptions): Promise<Interpreter> {
  const seal = raiseWall(options.memoryBytes);
  // Pyodide would otherwise look for the packages it opens sockets and shells with.
  const refuse = (name: string): never => {
    throw new Error(`${name} is not available in the sandbox`);
  };
  Object.assign(globalThis, { require: refuse });
  const image = readImage(options.distDir);
  const pyodide = await start(options.distDir, image);
  if (image) release(image);
  const { _module: module, FS } = pyodide;
  const swallow = { write: (bytes: Uint8Array) => bytes.length };
  pyodide.setStdin({ stdin: () => null });
  pyodide.setStdout(swallow);
  pyodide.setStderr(swallow);
  pyodide.setInterruptBuffer(options.interrupt);
  openChannel(FS, options.answer);
  if (!run(pyodide, forgetJavaScript)) throw new Error('the Python sandbox could not be closed');
  seal.close((pointer) => module.UTF8ToString(pointer), new Set([channelPath, '/dev/null']));
  if (!run(pyodide, `_boot.prepare('${channelPath}')`)) throw new Error('the sandbox could not be prepared');
  return {
    run: (source) => run(pyodide, source),
    mount: (tree) => mountSources(FS, tree),
    checkpoint: () => takeCheckpoint(module, FS),
    restore: (checkpoint, change) => restoreCheckpoint(checkpoint, module, FS, change),
    changeSince: (checkpoint, room) => changeSince(checkpoint, module, room),
    heapBytes: () => module.HEAP8.byteLength,
  };
}

/** Pyodide keeps hold of what it was given; a moved buffer holds no memory. */
function release({ buffer }: Uint8Array): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

function run({ _module: module }: Pyodide, source: string): boolean {
  const pointer = module.stringToNewUTF8(source);
  try {
    return module._PyRun_SimpleString(pointer) === 0;
  } finally {
    module._free(pointer);
  }
}

function copyIn(FS: EmscriptenFS, from: string, to: string): void {
  for (const [name, text] of pythonFiles(from)) {
    const target = `${to}/${name}`;
    FS.mkdirTree(path.posix.dirname(target));
    FS.writeFile(target, text);
  }
}
