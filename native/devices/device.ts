// A device is a place where tf runs. One file a device, listed in table.ts.
import type { DeviceInfo } from '../../core/protocol/training-host';

export interface Device {
  readonly info: DeviceInfo;
  /** Makes tf compute here. Rejects with one line; calling it twice is fine. */
  activate(): Promise<void>;
  /** Lets go of the hardware, so that the process can end. */
  release(): void;
}

export const unavailable = (info: Omit<DeviceInfo, 'available'>): Device => ({
  info: { ...info, available: false },
  activate: () => Promise.reject(new Error(`${info.name} cannot be used: ${info.detail}`)),
  release: () => undefined,
});
