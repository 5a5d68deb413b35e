// "Toggle Tensor Shapes": shows or hides the shapes after lines that compute tensors.
import { window } from 'vscode';
import { readSetting, writeSetting } from '../manifest/read-setting';
import { settings } from '../manifest/settings';
import type { Command } from './command';

export const toggleShapes: Command = {
  async run() {
    const shown = !readSetting(settings.inlayShapes);
    await writeSetting(settings.inlayShapes, shown);
    window.setStatusBarMessage(`Tensor shapes are ${shown ? 'shown' : 'hidden'}`, 3000);
  },
};
