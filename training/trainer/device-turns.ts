// tf has one active device a process, so whoever computes waits for a turn here: runs, benchmarks, exports.
import { type Device } from '../../native/devices/device';
import { listDevices, pickDevice } from '../../native/devices/table';

export class DeviceTurns {
  private found: Promise<readonly Device[]> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** @param distDir folder of the bundles, beside `vendor/`. */
  constructor(readonly distDir: string) {}

  /** Found once: looking for devices may itself move tf, which must not happen under a run. */
  devices(): Promise<readonly Device[]> {
    return (this.found ??= this.turn(() => listDevices(this.distDir)));
  }

  /** The device of an id, or the best there is for `auto`. Rejects with one line. */
  async pick(id: string): Promise<Device> {
    return pickDevice(await this.devices(), id);
  }

  /** Whether somebody computes or waits to. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /** Runs `work` with the device active, when all that came before is done. Whoever gives up waiting is let go at once. */
  async use<T>(id: string, work: (device: Device) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const device = await this.pick(id);
    signal?.throwIfAborted();
    let isWaiting = true;
    const turn = this.turn(async () => {
      signal?.throwIfAborted();
      isWaiting = false;
      await device.activate();
      return work(device);
    });
    if (!signal) return turn;
    const gaveUp = new Promise<never>((_, reject) => {
      const giveUp = () => {
        if (isWaiting) reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
    return Promise.race([turn, gaveUp]);
  }

  /** Lets go of the hardware; for the end of the process. */
  async release(): Promise<void> {
    for (const device of (await this.found) ?? []) device.release();
  }

  private turn<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const mine = this.last.then(work).finally(() => this.waiting--);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
