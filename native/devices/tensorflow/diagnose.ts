// Runs the check in a child process, and says in one line what stands in the way.
import { spawn } from 'node:child_process';
import path from 'node:path';

export type Checked = { readonly gpu: boolean } | { readonly problem: string };

/** TensorFlow takes seconds to load, on a cold disk many. */
const deadlineMs = 120_000;

export function checkBinding(binding: string, distDir: string, signal: AbortSignal): Promise<Checked> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(process.execPath, [path.join(distDir, 'tensorflow-check.cjs'), binding], {
      // In VS Code this process is Electron, which is Node when it is told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let [out, err] = ['', ''];
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err = (err + chunk.toString()).slice(-4000)));
    child.once('error', (error) =>
      signal.aborted ? reject(signal.reason as Error) : resolve({ problem: error.message }),
    );
    child.once('close', (code, ended) => {
      clearTimeout(timer);
      if (signal.aborted) return;
      resolve(verdict(out, err, code, ended));
    });
  });
}

function verdict(out: string, err: string, code: number | null, ended: string | null): Checked {
  const line = out.trim().split('\n').at(-1) ?? '';
  try {
    const said = JSON.parse(line) as { gpu?: boolean; error?: string };
    return said.error === undefined ? { gpu: said.gpu === true } : { problem: cause(said.error) };
  } catch {
    if (ended === 'SIGILL')
      return { problem: 'this TensorFlow is built for a newer processor than this one' };
    return {
      problem: ended
        ? `TensorFlow ended the process that tried it (${ended})`
        : cause(err.trim().split('\n').at(-1) ?? `exit ${code}`),
    };
  }
}

/** What the loader says, in words that say what to do. */
export function cause(message: string): string {
  const missing = /(lib[\w.+-]+\.(?:so|dylib)[\w.]*): cannot open shared object/.exec(message)?.[1];
  if (missing)
    return `${missing} is missing: the TensorFlow that it was built for has moved or is broken; run Install GPU Backend again`;
  if (/GLIBCXX|GLIBC_/.test(message))
    return `this system's C++ library is older than TensorFlow wants: ${message.slice(0, 120)}`;
  if (/undefined symbol/.test(message))
    return 'TensorFlow was updated under its binding; run Install GPU Backend again';
  return message.slice(0, 200);
}
