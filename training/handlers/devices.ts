// Answers `host/devices` and `devices/install`.
import { installTensorFlow } from '../../native/devices/tensorflow/install';
import type { HostContext, HostHandlers } from './context';

export const deviceHandlers = ({
  devices,
  distDir,
  notify,
}: HostContext): HostHandlers<'host/devices' | 'devices/install'> => ({
  'host/devices': async () => (await devices()).map(({ info }) => info),
  async 'devices/install'(wanted, signal) {
    const onStep = (text: string) => notify('devices/step', { text });
    const { gpu } = await installTensorFlow({ ...wanted, distDir, signal, onStep });
    const id = gpu ? 'cuda' : 'tensorflow';
    return (await devices()).map(({ info }) => info).find((info) => info.id === id)!;
  },
});
