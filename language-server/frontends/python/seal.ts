// The wall around Python: once sealed, WebAssembly code can reach clocks, randomness and its own read-only files.
//
// Everything that code inside WebAssembly can do to the outside goes through the functions it imports. Pyodide's
// imports include Emscripten's `system()`, which under Node starts a shell, sockets, dynamic loading, and the bridge
// to JavaScript objects. So imports are wrapped when the module is instantiated, and after boot only those
// on a list still answer. Whatever Python code finds by introspection, or by writing to its own memory, ends here.

type Import = (...args: number[]) => unknown;

/** The little of the WebAssembly interface that is patched here; Node's types leave its values out. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow: (this: Memory, pages: number) => number;
}
interface Wasm {
  instantiate: (source: unknown, imports?: Record<string, object>) => Promise<unknown>;
  readonly Memory: { readonly prototype: Memory };
}
const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

/** What Emscripten calls EPERM. */
const notPermitted = -63;

const files = ['openat', 'faccessat', 'fstat64', 'stat64', 'newfstatat', 'lstat64', 'getcwd', 'getdents64'];
const handles = ['readlinkat', 'fcntl64', 'ioctl', 'dup', 'dup3', 'getuid32_js', 'umask_js'];
const clocks = [
  '_tzset_js',
  '_timegm_js',
  '_mktime_js',
  '_localtime_js',
  '_gmtime_js',
  'emscripten_date_now',
];

const allowed: ReadonlySet<string> = new Set([
  ...[...files, ...handles].map((name) => `__syscall_${name}`),
  ...clocks,
  ...['emscripten_get_now', 'clock_time_get', 'clock_res_get', 'random_get'],
  ...['emscripten_resize_heap', 'emscripten_get_heap_max'],
  // How CPython calls its own functions, notices the interrupt byte, and keeps its book of JavaScript references.
  ...[
    '_PyEM_TrampolineCall_JS',
    '_Py_CheckEmscriptenSignals_Helper',
    '_Py_emscripten_runtime',
    '_try_fcntl64',
  ],
  ...['__call_sighandler', 'throw_no_gil', '__hiwire_deduplicate_delete', 'destroy_proxies', 'destroy_proxy'],
  ...['fd_close', 'fd_read', 'fd_write', 'fd_seek', 'fd_sync', 'fd_fdstat_get', 'fd_pread'],
  ...['environ_sizes_get', 'environ_get'],
]);

/** Imports that Python code may well call in good faith: they fail as an operating system's would. */
const refusals: Readonly<Record<string, number>> = {
  _emscripten_system: -1,
  getaddrinfo: -4,
  getnameinfo: -6,
  getprotobyname: 0,
  _dlopen_js: 0,
  _dlsym_js: 0,
  _mmap_js: notPermitted,
  _setitimer_js: notPermitted,
  fd_pwrite: 63,
  ...Object.fromEntries(['connect', 'recvfrom', 'sendto', 'poll'].map((n) => [`_maybe_${n}_async`, -1])),
};

/** Thrown into Python's caller when sealed code tries anything else; the interpreter cannot go on after it. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

export interface Seal {
  /** From here on the wall stands. `pathAt` reads a C string; only these paths may be opened for writing. */
  close(pathAt: (pointer: number) => string, writable: ReadonlySet<string>): void;
}

/**
 * Patches `WebAssembly` of this thread so that the next Python interpreter is born behind the wall, with at most
 * `memoryBytes` of memory: past it, growing fails, and Python raises MemoryError where it asked for more.
 */
export function raiseWall(memoryBytes: number): Seal {
  let sealed: { pathAt: (pointer: number) => string; writable: ReadonlySet<string> } | undefined;

  const guard =
    (name: string, original: Import): Import =>
    (...args) => {
      if (!sealed) return original(...args);
      if (name === '__syscall_openat' && !mayOpen(args, sealed)) return notPermitted;
      if (allowed.has(name)) return original(...args);
      if (name in refusals) return refusals[name];
      if (name.startsWith('__syscall_')) return notPermitted;
      throw new SealBroken(`the file tried to leave its sandbox (${name})`);
    };
  const guardAll = (imports: object | undefined) =>
    Object.fromEntries(
      Object.entries(imports ?? {}).map(([name, value]) => [
        name,
        typeof value === 'function' ? guard(name, value as Import) : (value as unknown),
      ]),
    );

  const instantiate = wasm.instantiate.bind(wasm);
  wasm.instantiate = (source, imports) => {
    if (!imports || !('_emscripten_system' in (imports['env'] ?? {}))) return instantiate(source, imports);
    const wasi = guardAll(imports['wasi_snapshot_preview1']);
    return instantiate(source, { ...imports, env: guardAll(imports['env']), wasi_snapshot_preview1: wasi });
  };
  capMemory(memoryBytes);
  return {
    close: (pathAt, writable) => {
      sealed = { pathAt, writable };
    },
  };
}

function mayOpen(
  [, path = 0, flags = 0]: readonly number[],
  { pathAt, writable }: { pathAt: (pointer: number) => string; writable: ReadonlySet<string> },
): boolean {
  const writes = (flags & 0b11) !== 0 || (flags & 0o1100) !== 0; // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC
  return !writes || writable.has(pathAt(path));
}

function capMemory(memoryBytes: number): void {
  const { prototype } = wasm.Memory;
  const { grow } = prototype;
  const pageBytes = 65_536;
  prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > memoryBytes) throw new RangeError('memory cap');
    return grow.call(this, pages);
  };
}
