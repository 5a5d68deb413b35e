// "Choose Device": what can train here, and why the rest cannot; the choice becomes the setting.
import type { DeviceInfo } from '../../core/protocol/training-host';
import { pick, type PickItem } from '../input/pick';
import { readSetting, writeSetting } from '../manifest/read-setting';
import { settings } from '../manifest/settings';
import { ProgressLocation, window } from 'vscode';
import type { Command } from './command';

export const chooseDevice: Command = {
  async run(app) {
    const devices = await window.withProgress(
      { location: ProgressLocation.Window, title: 'Espalier looks for devices' },
      () => app.trainingHost.ask('host/devices', {}),
    );
    const answer = await pick({
      title: 'Choose device',
      placeholder: 'Where should training run?',
      items: [automatic, ...devices.map(deviceItem)],
      active: readSetting(settings.device),
      step: 1,
      total: 1,
      canGoBack: false,
    });
    if (answer && answer !== 'back') await writeSetting(settings.device, answer.value);
  },
};

const automatic: PickItem<string> = {
  label: '$(sparkle) auto',
  detail: 'The fastest device that works here.',
  value: 'auto',
};

const deviceItem = ({ id, name, available, detail }: DeviceInfo): PickItem<string> => ({
  label: `$(${available ? 'check' : 'circle-slash'}) ${name}`,
  description: id,
  detail,
  value: id,
  ...(available ? {} : { refused: detail }),
});
