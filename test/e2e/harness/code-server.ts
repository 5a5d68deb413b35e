// Starts a real VS Code server (code-server) with the extension in it, on a free port with folders of its own.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const root = path.resolve(import.meta.dirname, '../../..');

export interface ServerOptions {
  /** The workspace. */
  readonly folder: string;
  /** A packaged extension to install; without it the built tree is copied, which is quicker. */
  readonly vsix?: string;
  /** Ask for trust like a fresh VS Code does; by default every workspace is trusted. */
  readonly askTrust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Server {
  readonly url: string;
  /** Holds the logs of the window and of the extension host. */
  readonly userData: string;
  stop(): Promise<void>;
}

/** What a newcomer meets, without what is not ours: tips, update checks, assistants. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

export async function startServer(options: ServerOptions): Promise<Server> {
  const cache = installed();
  const node = path.join(cache, 'node_modules/.bin/node');
  const entry = path.join(cache, 'node_modules/code-server/out/node/entry.js');
  const home = await mkdtemp(path.join(tmpdir(), 'espalier-vscode-'));
  const [userData, extensions] = [path.join(home, 'user'), path.join(home, 'extensions')];
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await mkdir(extensions);
  await writeFile(
    path.join(userData, 'User/settings.json'),
    JSON.stringify({ ...quiet, ...options.settings }),
  );
  const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];
  if (options.vsix) {
    await promisify(execFile)(node, [entry, ...folders, '--install-extension', options.vsix]);
  } else {
    await copyExtension(extensions);
  }
  const flags = [
    '--auth',
    'none',
    '--bind-addr',
    '127.0.0.1:0',
    '--disable-telemetry',
    '--disable-update-check',
  ];
  const trust = options.askTrust ? [] : ['--disable-workspace-trust'];
  // A group of its own, so that everything it forks ends with it.
  const child = spawn(node, [entry, ...folders, ...flags, ...trust, options.folder], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_CONFIG_HOME: home },
  });
  const stop = async () => {
    await end(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { url: await listening(child), userData, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installed on first use: about 90 s, once a machine. */
const installed = (): string =>
  execFileSync(path.join(root, 'scripts/install-code-server.sh'), { encoding: 'utf8' }).trim();

async function copyExtension(extensions: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    publisher: string;
    name: string;
    version: string;
  };
  const target = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  for (const part of ['package.json', 'dist', 'media', 'examples']) {
    await cp(path.join(root, part), path.join(target, part), {
      recursive: true,
      filter: (file) => !file.endsWith('.map'),
    });
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /HTTP server listening on (http:\S+)/.exec(output)?.[1];
      if (url) resolve(url.replace(/\/$/, ''));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`code-server ended with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`code-server did not listen within 60 s:\n${output}`)), 60_000).unref();
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Politely first: the extension host then ends its own children, which is part of what is tested.
  process.kill(-child.pid, 'SIGTERM');
  const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 8000);
  await gone;
  clearTimeout(late);
}
