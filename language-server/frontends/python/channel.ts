// The one channel out of the sandbox: a character device. What Python writes is a request, what it reads next the answer.
import type { MountableFS } from './mount';

export interface DeviceFS extends MountableFS {
  makedev(major: number, minor: number): number;
  registerDevice(device: number, ops: object): void;
  mkdev(path: string, mode: number, device: number): void;
}

export const channelPath = '/dev/espalier';

/** `answer` takes JSON and gives JSON, which a newline ends. */
export function openChannel(FS: DeviceFS, answer: (request: string) => string): void {
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
