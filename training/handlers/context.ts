// What the host gives its handlers. Each file here exports a function of this context that answers some requests.
import type { TrainingHostNotifications, TrainingHostRequests } from '../../core/protocol/training-host';
import type { Handlers, ParamsOf } from '../../core/protocol/typed';
import type { Device } from '../../native/devices/device';

export interface HostContext {
  /** Folder of the bundles and of `vendor/`. */
  readonly distDir: string;
  readonly notify: <K extends keyof TrainingHostNotifications>(
    method: K,
    params: ParamsOf<TrainingHostNotifications, K>,
  ) => void;
  /** The devices of this machine; found once. */
  readonly devices: () => Promise<readonly Device[]>;
  /**
   * Computes on a device (an id or `auto`), which is active while `work` runs. tf has one active device a process, so
   * runs, benchmarks and exports come here one after another. Rejects with AbortError when cancelled while waiting.
   */
  readonly onDevice: <T>(
    id: string,
    work: (device: Device) => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>;
}

/** Handlers learn of cancellation through an AbortSignal. */
export type HostHandlers<K extends keyof TrainingHostRequests> = Pick<
  Handlers<TrainingHostRequests, AbortSignal>,
  K
>;
