// The memory of an interpreter that has started and loaded the stand-ins, as a file: booting from it takes a tenth.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const stampBytes = 32;
const imageFile = (distDir: string): string => path.join(distDir, 'vendor/pyodide/image.bin');

/** Undefined where there is none that was made of this very interpreter and these very stand-ins. */
export function readImage(distDir: string): Uint8Array | undefined {
  try {
    const file = readFileSync(imageFile(distDir));
    return file.subarray(0, stampBytes).equals(stampOf(distDir)) ? file.subarray(stampBytes) : undefined;
  } catch {
    return undefined;
  }
}

/** At once or not at all: a process that boots meanwhile finds the old one or the new one. */
export function writeImage(distDir: string, memory: Uint8Array): void {
  const file = imageFile(distDir);
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, Buffer.concat([stampOf(distDir), memory]));
  renameSync(fresh, file);
}

function stampOf(distDir: string): Buffer {
  const hash = createHash('sha256').update('1');
  const vendor = path.join(distDir, 'vendor');
  hash.update(readFileSync(path.join(vendor, 'pyodide/pyodide-lock.json')));
  hash.update(readFileSync(path.join(vendor, 'pyodide/package.json')));
  for (const [name, text] of pythonFiles(path.join(vendor, 'sandbox'))) hash.update(`${name}\0${text}\0`);
  return hash.digest();
}

/** Every Python file below a folder, by its path from there. */
export function* pythonFiles(folder: string, below = ''): Generator<readonly [name: string, text: string]> {
  for (const entry of readdirSync(path.join(folder, below)).sort()) {
    const name = below ? `${below}/${entry}` : entry;
    const place = path.join(folder, name);
    if (statSync(place).isDirectory()) {
      if (entry !== '__pycache__') yield* pythonFiles(folder, name);
    } else if (entry.endsWith('.py')) yield [name, readFileSync(place, 'utf8')];
  }
}
