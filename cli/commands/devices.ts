// `espalier devices`: what can train here, and why the rest cannot.
import { listDevices } from '../../native/devices/table';
import type { Command } from '../command';
import { formatTable } from '../table';

export const devicesCommand: Command = {
  name: 'devices',
  usage: 'devices',
  summary: 'what can train here, and why the rest cannot',
  options: {},
  help: [],

  async run({ distDir, print }) {
    const devices = (await listDevices(distDir)).map(({ info }) => info);
    const rows = devices.map(({ id, name, kind, available, detail }) => [
      id,
      available ? 'yes' : 'no',
      kind,
      name,
      detail,
    ]);
    for (const line of formatTable(['id', 'usable', 'kind', 'name', 'detail'], rows, 'lllll')) print(line);
  },
};
