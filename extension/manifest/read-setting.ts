// Reads and writes settings through their parsers, so that nobody meets a raw value.
import { ConfigurationTarget, workspace } from 'vscode';
import type { Setting } from './settings';

export const readSetting = <T>(setting: Setting<T>): T =>
  setting.from(workspace.getConfiguration().get(setting.key));

/** Writes where the value in force comes from, so that the write takes effect; the user's settings if nowhere. */
export async function writeSetting<T extends boolean | number | string>(
  setting: Setting<T>,
  value: T,
): Promise<void> {
  const found = workspace.getConfiguration().inspect(setting.key);
  const target =
    found?.workspaceValue !== undefined ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration().update(setting.key, value, target);
}
