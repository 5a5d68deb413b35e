// "Install GPU Backend": links the TensorFlow of one of the user's Python environments, or, asked, fetches one.
import { ProgressLocation, window, workspace } from 'vscode';
import type { DeviceInfo, InstallDevice } from '../../core/protocol/training-host';
import type { App } from '../app';
import { pick, type PickItem } from '../input/pick';
import type { Command } from './command';

type Way = Pick<InstallDevice, 'fetch' | 'gpu'>;

export const installGpuBackend: Command = {
  async run(app) {
    const answer = await pick({
      title: 'Install GPU Backend',
      placeholder: 'Espalier trains with the TensorFlow that you bring. Where is it?',
      items: ways,
      ...{ step: 1, total: 1, canGoBack: false },
    });
    if (!answer || answer === 'back') return;
    const device = await installWithProgress(app, answer.value);
    if (device) void window.showInformationMessage(`${device.name} can train now: ${device.detail}.`);
  },
};

const ways: readonly PickItem<Way>[] = [
  {
    label: '$(search) Find it',
    detail:
      "In ESPALIER_TENSORFLOW, the active environment, the workspace's .venv, or python3's own packages.",
    value: { fetch: false, gpu: false },
  },
  {
    label: '$(cloud-download) Fetch it for NVIDIA GPUs',
    detail: 'pip install tensorflow[and-cuda] into a folder of its own: about three gigabytes.',
    value: { fetch: true, gpu: true },
  },
  {
    label: '$(cloud-download) Fetch it for the CPU',
    detail: 'pip install tensorflow-cpu into a folder of its own: about one gigabyte.',
    value: { fetch: true, gpu: false },
  },
];

/** Undefined when people cancelled. */
function installWithProgress(app: App, way: Way): Thenable<DeviceInfo | undefined> {
  const options = { location: ProgressLocation.Notification, title: 'TensorFlow', cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const stop = app.trainingHost.on('devices/step', ({ text }) => progress.report({ message: text }));
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    try {
      return await app.trainingHost.ask('devices/install', { folders, ...way }, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      stop();
    }
  });
}
