// Which Python environment's packages models may import: our setting, the Python extension's choice, or its default.
import { type Disposable, workspace } from 'vscode';
import { readSetting } from '../manifest/read-setting';
import { settings } from '../manifest/settings';
import { type PythonEnvironments, pythonEnvironments } from './python-extension';

export const automatic = 'auto';
const interpreterKey = 'python.defaultInterpreterPath';

export class PythonPath implements Disposable {
  private readonly listeners: Disposable[] = [];
  private environments: PythonEnvironments | undefined;
  private told: string | undefined;
  private starting: Promise<void> | undefined;

  /** `changed` is told of each new choice. */
  constructor(private readonly changed: (path: string | undefined) => void) {}

  /** Looks for the Python extension, which may have to start first; from then on changes are told. */
  async start(): Promise<string | undefined> {
    await (this.starting ??= this.listen());
    return this.current;
  }

  private async listen(): Promise<void> {
    this.environments = await pythonEnvironments();
    const tell = () => {
      const now = this.current;
      if (now === this.told) return;
      this.told = now;
      this.changed(now);
    };
    this.told = this.current;
    this.listeners.push(
      workspace.onDidChangeConfiguration((event) => {
        if ([settings.pythonEnvironment.key, interpreterKey].some((key) => event.affectsConfiguration(key)))
          tell();
      }),
      workspace.onDidGrantWorkspaceTrust(tell),
      ...(this.environments ? [this.environments.onDidChangeActiveEnvironmentPath(tell)] : []),
    );
  }

  get current(): string | undefined {
    const own = readSetting(settings.pythonEnvironment);
    if (own !== automatic) return own;
    // What a workspace says of itself counts once it is trusted; VS Code holds back our own setting by itself.
    if (!workspace.isTrusted) return undefined;
    const folder = workspace.workspaceFolders?.[0]?.uri;
    const chosen = this.environments?.getActiveEnvironmentPath(folder).path;
    const standard = workspace.getConfiguration(undefined, folder).get<unknown>(interpreterKey);
    return usable(chosen) ?? usable(standard);
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }
}

/** A bare `python` names whatever PATH has: that is no choice of anybody's. */
const usable = (value: unknown): string | undefined =>
  typeof value === 'string' && /[\\/]/.test(value) ? value : undefined;
