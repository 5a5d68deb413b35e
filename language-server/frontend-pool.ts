// The frontends under the present settings and trust. New limits need a new sandbox; nothing starts before it is used.
import { homedir } from 'node:os';
import path from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import { cacheFolder } from '../core/cache-folder';
import type { LanguageClientRequests } from '../core/protocol/language-server';
import type { TfjsModel } from '../core/protocol/training-host';
import type { Frontend } from './frontends/frontend';
import { createFrontends } from './frontends/table';
import type { Workspace } from './workspace';

const loadMethod = 'espalier/loadTfjs' satisfies keyof LanguageClientRequests;

/** Loading starts a training host and TensorFlow.js in it: seconds on a quiet machine, many on a busy one. */
const loadDeadline = 60_000;

export class FrontendPool {
  private current: readonly Frontend[] | undefined;
  private limits = '';

  constructor(
    private readonly connection: Connection,
    private readonly workspace: Workspace,
    private readonly distDir: string,
  ) {}

  readonly frontends = (): readonly Frontend[] => {
    const { traceDeadlineMs: deadlineMs, traceMemoryMb: memoryMb } = this.workspace.settings;
    const limits = `${deadlineMs} ${memoryMb}`;
    if (!this.current || limits !== this.limits) {
      this.dispose();
      const loadTfjs = (file: string, text: string) => this.loadTfjs(file, text);
      const cacheDir = cacheFolder({ env: process.env, platform: process.platform, home: homedir() });
      this.current = createFrontends({ distDir: this.distDir, loadTfjs, deadlineMs, memoryMb, cacheDir });
      this.limits = limits;
    }
    return this.current;
  };

  /** Why a frontend may not read a file here. Python runs in a sandbox and may always. */
  readonly refusal = ({ id }: Frontend, file: string): string | undefined =>
    id === 'tfjs' && !this.workspace.trusted
      ? `${path.basename(file)} is not loaded in an untrusted workspace; layers come from the text alone`
      : undefined;

  dispose(): void {
    for (const frontend of this.current ?? []) {
      frontend.dispose().catch((error: unknown) => this.connection.console.warn(String(error)));
    }
    this.current = undefined;
  }

  private async loadTfjs(file: string, text: string): Promise<readonly TfjsModel[]> {
    // Whoever asks: the code of an untrusted workspace does not run.
    if (!this.workspace.trusted)
      throw new Error(`${path.basename(file)} is not loaded in an untrusted workspace`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${path.basename(file)} did not load within ${loadDeadline / 1000} s`)),
        loadDeadline,
      );
    });
    try {
      return await Promise.race([this.connection.sendRequest<TfjsModel[]>(loadMethod, { file, text }), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
