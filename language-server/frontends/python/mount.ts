// Lays folders of Python files into the sandbox's file system, where they stand on the host: `open(__file__)`,
// `os.listdir` and `inspect.getsource` find them. Nothing is copied before it is read, and nothing can be written.
import type { SourceTree } from './source-tree';

/** The part of Emscripten's file system that mounting needs. */
export interface MountableFS {
  mount(type: object, options: object, mountpoint: string): unknown;
  unmount(mountpoint: string): void;
  mkdirTree(path: string): void;
  analyzePath(path: string): { readonly exists: boolean };
  createNode(parent: FSNode | null, name: string, mode: number, device: number): FSNode;
  getPath(node: FSNode): string;
  readonly ErrnoError: new (code: number) => Error;
}

interface FSNode {
  readonly id: number;
  readonly mode: number;
  node_ops: object;
  stream_ops: object;
  bytes?: Uint8Array;
}
interface Stream {
  readonly node: FSNode;
  readonly position: number;
}

const modes = { folder: 0o40555, file: 0o100444 } as const;
const errors = { noEntry: 44, invalid: 28 } as const;
/** Empty folders that earlier mounts left behind: they may be mounted on, the sandbox's own may not. */
const left = new Set<string>();

/** Returns what takes the folders away again. A root that is the sandbox's own (`/lib`, say) is left out. */
export function mountSources(fs: MountableFS, tree: SourceTree): () => void {
  const mounted: string[] = [];
  for (const root of [...tree.roots].sort()) {
    const covered = mounted.some((other) => root === other || root.startsWith(`${other}/`));
    if (covered || !root.startsWith('/') || !makeFolder(fs, root)) continue;
    fs.mount({ mount: () => createNode(fs, tree, null, '/', 'folder') }, {}, root);
    mounted.push(root);
  }
  return () => mounted.forEach((root) => fs.unmount(root));
}

/** Whether there is an empty folder now. A root below a file of the sandbox's own cannot be made, and stays out of sight. */
function makeFolder(fs: MountableFS, root: string): boolean {
  const steps = root.split('/').slice(1);
  const missing = steps
    .map((_, i) => `/${steps.slice(0, i + 1).join('/')}`)
    .filter((folder) => !fs.analyzePath(folder).exists);
  if (!missing.includes(root) && !left.has(root)) return false;
  try {
    fs.mkdirTree(root);
  } catch {
    return false;
  }
  missing.forEach((folder) => left.add(folder));
  return true;
}

function createNode(
  fs: MountableFS,
  tree: SourceTree,
  parent: FSNode | null,
  name: string,
  kind: 'file' | 'folder',
): FSNode {
  const node = fs.createNode(parent, name, modes[kind], 0);
  const bytesOf = (at: FSNode) => (at.bytes ??= tree.read(fs.getPath(at)));
  node.node_ops = {
    getattr: (at: FSNode) =>
      attributes(at, kind === 'file' ? (at.bytes?.length ?? tree.size(fs.getPath(at))) : 4096),
    lookup(folder: FSNode, child: string): FSNode {
      const found = tree.kind(`${fs.getPath(folder)}/${child}`);
      if (!found) throw new fs.ErrnoError(errors.noEntry);
      return createNode(fs, tree, folder, child, found);
    },
    readdir: (at: FSNode) => ['.', '..', ...tree.list(fs.getPath(at))],
  };
  node.stream_ops = {
    read(stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number): number {
      const part = bytesOf(stream.node).subarray(position, position + length);
      buffer.set(part, offset);
      return part.length;
    },
    llseek(stream: Stream, offset: number, whence: number): number {
      const from = [0, stream.position, bytesOf(stream.node).length][whence] ?? 0;
      if (from + offset < 0) throw new fs.ErrnoError(errors.invalid);
      return from + offset;
    },
    // Some read a library through, looking for imports: no file is held longer than it is open.
    close(stream: Stream): void {
      delete stream.node.bytes;
    },
  };
  return node;
}

function attributes({ id, mode }: FSNode, size: number): object {
  const never = new Date(0);
  const times = { atime: never, mtime: never, ctime: never };
  return {
    dev: 1,
    ino: id,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    ...times,
    blksize: 4096,
    blocks: 1,
  };
}
