// "Choose Python Environment": whose packages models may import; the choice becomes the setting.
import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import { pick, type PickItem } from '../input/pick';
import { readSetting, writeSetting } from '../manifest/read-setting';
import { settings } from '../manifest/settings';
import { automatic } from '../python/python-path';
import { pythonEnvironments } from '../python/python-extension';
import type { Command } from './command';

const browse = '…';

export const choosePythonEnvironment: Command = {
  async run() {
    const answer = await pick({
      title: 'Choose Python environment',
      placeholder: 'Whose packages may models import? They are read, never run outside the sandbox.',
      items: [...fixed, ...(await found())],
      active: readSetting(settings.pythonEnvironment),
      ...{ step: 1, total: 1, canGoBack: false },
    });
    if (!answer || answer === 'back') return;
    const chosen = answer.value === browse ? await askFolder() : answer.value;
    if (chosen !== undefined) await writeSetting(settings.pythonEnvironment, chosen);
  },
};

const fixed: readonly PickItem<string>[] = [
  {
    label: '$(sparkle) auto',
    detail: "The Python extension's choice, or a .venv beside the model.",
    value: automatic,
  },
  { label: '$(folder-opened) Browse…', detail: 'The folder of an environment.', value: browse },
];

async function found(): Promise<PickItem<string>[]> {
  const [environments, folders] = await Promise.all([pythonEnvironments(), virtualEnvironments()]);
  const paths = new Map(folders.map((folder) => [folder, path.basename(folder)]));
  for (const { path: place, environment, version } of environments?.known ?? []) {
    const number = version?.major === undefined ? '' : ` ${version.major}.${version.minor ?? 0}`;
    paths.set(place, `${environment?.name ?? 'Python'}${number}`);
  }
  return [...paths].map(([value, label]) => ({ label, detail: value, value }));
}

/** Folders in the workspace that are environments by their marker file. */
async function virtualEnvironments(): Promise<string[]> {
  const files = await workspace.findFiles('{*,*/*}/pyvenv.cfg', '**/node_modules/**', 20);
  return files.map((file) => path.dirname(file.fsPath)).sort();
}

async function askFolder(): Promise<string | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const options = { canSelectFiles: false, canSelectFolders: true, openLabel: 'Use this environment' };
  const chosen = await window.showOpenDialog({ ...options, defaultUri: folder ?? Uri.file('/') });
  return chosen?.[0]?.fsPath;
}
