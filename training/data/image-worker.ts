// Worker thread that reads and decodes images, one after another, while the process that started it computes steps.
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { decodeImage } from './decode';

export interface ImageRequest {
  readonly id: number;
  readonly file: string;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
}

export type ImageAnswer = { readonly id: number } & (
  { readonly pixels: Uint8Array<ArrayBuffer> } | { readonly error: string }
);

parentPort?.on('message', ({ id, file, shape }: ImageRequest) => {
  try {
    const pixels = Uint8Array.from(decodeImage(readFileSync(file), shape, file));
    parentPort?.postMessage({ id, pixels } satisfies ImageAnswer, [pixels.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: (error as Error).message } satisfies ImageAnswer);
  }
});
