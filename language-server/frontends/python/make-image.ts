// Run by the build: makes the image from which sandboxes boot, where there is none for these stand-ins yet.
import path from 'node:path';
import { readImage, writeImage } from './image';
import { makeImage } from './interpreter';

const distDir = path.resolve(process.argv[2] ?? 'dist');

async function main(): Promise<void> {
  if (!readImage(distDir)) writeImage(distDir, await makeImage(distDir));
}

main().catch((error: unknown) => {
  process.stderr.write(`the image of the Python sandbox was not made: ${String(error)}\n`);
  process.exit(1);
});
