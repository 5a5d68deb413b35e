// Which devices are offered, and what is said of those that are not.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Device, unavailable } from '../../../native/devices/device';
import { chooseDevice, listDevices, pickDevice } from '../../../native/devices/table';
import { tf } from '../../../native/tf';

const distDir = path.resolve('dist');

const device = (id: string, available: boolean): Device =>
  available
    ? {
        ...unavailable({ id, name: id, kind: 'gpu', detail: '' }),
        info: { id, name: id, kind: 'gpu', available, detail: '' },
      }
    : unavailable({ id, name: id.toUpperCase(), kind: 'gpu', detail: 'no driver' });

describe('the devices of this machine', () => {
  it('are listed best first, the built-in one always among them, each with one line', async () => {
    const infos = (await listDevices(distDir)).map(({ info }) => info);
    expect(infos.map(({ id }) => id)).toEqual(['cuda', 'webgpu', 'tensorflow', 'wasm']);
    expect(infos.at(-1)).toMatchObject({ id: 'wasm', available: true });
    for (const { detail } of infos) expect(detail).toMatch(/^[^\n]{10,200}$/);
  });

  it('can be listed while one computes, which stays where it is', async () => {
    await (await chooseDevice('wasm', distDir)).activate();
    await listDevices(distDir);
    expect(tf.getBackend()).toBe('wasm');
  });
});

describe('choosing', () => {
  const devices = [device('cuda', false), device('webgpu', true), device('wasm', true)];

  it('takes the best that there is for auto', () => {
    expect(pickDevice(devices, 'auto').info.id).toBe('webgpu');
  });

  it('takes what it is told', () => {
    expect(pickDevice(devices, 'wasm').info.id).toBe('wasm');
  });

  it('says why a device cannot be used, and which there are', () => {
    expect(() => pickDevice(devices, 'cuda')).toThrow('CUDA cannot be used: no driver');
    expect(() => pickDevice(devices, 'tpu')).toThrow('there is no device tpu; cuda, webgpu, wasm or auto');
  });
});
