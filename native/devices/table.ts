// The devices, best first. Adding one is adding a file and a line here.
import { type Device } from './device';
import { tensorflowDevice } from './tensorflow/device';
import { wasmDevice } from './wasm';
import { webgpuDevice } from './webgpu';

/** @param distDir folder of the bundles, beside `vendor/`. */
export async function listDevices(distDir: string): Promise<Device[]> {
  const webgpu = await webgpuDevice(distDir);
  return [tensorflowDevice('cuda'), webgpu, tensorflowDevice('tensorflow'), wasmDevice(distDir)];
}

/** The device of that id, or the best one there is for `auto`. Rejects with one line, naming what exists. */
export const chooseDevice = async (id: string, distDir: string): Promise<Device> =>
  pickDevice(await listDevices(distDir), id);

/** {@link chooseDevice} among devices that are known already. Throws one line. */
export function pickDevice(devices: readonly Device[], id: string): Device {
  const usable = devices.filter(({ info }) => info.available);
  if (id === 'auto') return usable[0]!;
  const device = devices.find(({ info }) => info.id === id);
  if (!device)
    throw new Error(`there is no device ${id}; ${devices.map(({ info }) => info.id).join(', ')} or auto`);
  if (!device.info.available) throw new Error(`${device.info.name} cannot be used: ${device.info.detail}`);
  return device;
}
