// Memory with packages imported, kept on disk from one session to the next: reading it takes a tenth of importing.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { crc32 } from './crc32';
import { type Change, pageBytes } from './checkpoint';
import type { Room } from './room';

/** What a file says about the memory in it. */
export interface KeptHeader<T> {
  readonly size: number;
  readonly pages: readonly number[];
  readonly checksum: number;
  readonly about: T;
}

/** Each holds 30 to 100 MB: one for each Python environment in use. */
const mostFiles = 4;
const longestHeader = 2 ** 22;

/** Of one state of the interpreter: what was kept on top of another is not found. */
export class KeptMemories<T> {
  private readonly name: (key: string) => string;

  /** @param base the memory that changes are told from; it is the same in every process, or nothing fits. */
  constructor(
    private readonly folder: string,
    base: Uint8Array,
  ) {
    const stamp = `${base.length}-${crc32(base)}`;
    this.name = (key) => {
      const hash = createHash('sha256').update(`1\0${stamp}\0${key}`).digest('hex').slice(0, 24);
      return path.join(folder, `python-${hash}.memory`);
    };
  }

  /**
   * Undefined where there is none, or none that is whole and has room.
   * @param fits looks at what the file says before it is read.
   */
  read(key: string, room: Room, fits: (about: T) => boolean): { change: Change; about: T } | undefined {
    const file = this.name(key);
    let fd: number | undefined;
    try {
      fd = openSync(file, 'r');
      const header = headerOf<T>(fd);
      if (!fits(header.about)) return undefined;
      const bytes = room.take(header.pages.length * pageBytes);
      if (!bytes) return undefined;
      const start = fstatSync(fd).size - bytes.length;
      if (readSync(fd, bytes, 0, bytes.length, start) !== bytes.length || crc32(bytes) !== header.checksum)
        throw new Error('it is cut short or changed');
      // The oldest are forgotten first.
      utimesSync(file, new Date(), new Date());
      const change = { size: header.size, pages: Uint32Array.from(header.pages), bytes };
      return { change, about: header.about };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.forget(key);
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** At once or not at all. A disk that is full or cannot be written to costs time, nothing else. */
  write(key: string, { size, pages, bytes }: Change, about: T): void {
    const file = this.name(key);
    const fresh = `${file}.${process.pid}`;
    const header: KeptHeader<T> = { size, pages: [...pages], checksum: crc32(bytes), about };
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      // Piece by piece: there is no room for the memory a third time.
      const fd = openSync(fresh, 'w', 0o600);
      try {
        for (const piece of [length, text, bytes])
          for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
      } finally {
        closeSync(fd);
      }
      renameSync(fresh, file);
      this.forgetOldest();
    } catch {
      rmSync(fresh, { force: true });
    }
  }

  private forget(key: string): void {
    try {
      rmSync(this.name(key), { force: true });
    } catch {
      // Then it is found broken again next time.
    }
  }

  private forgetOldest(): void {
    const files = readdirSync(this.folder)
      .filter((name) => name.startsWith('python-'))
      .map((name) => path.join(this.folder, name))
      .map((file) => ({ file, used: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => b.used - a.used);
    for (const { file } of files.slice(mostFiles)) rmSync(file, { force: true });
  }
}

function headerOf<T>(fd: number): KeptHeader<T> {
  const length = Buffer.alloc(4);
  readSync(fd, length, 0, 4, 0);
  const size = length.readUInt32LE();
  if (size > longestHeader) throw new Error('it has no header');
  const text = Buffer.alloc(size);
  readSync(fd, text, 0, size, 4);
  const header = JSON.parse(text.toString()) as KeptHeader<T>;
  const { size: bytes } = fstatSync(fd);
  if (bytes !== 4 + size + header.pages.length * pageBytes) throw new Error('it is cut short');
  return header;
}
