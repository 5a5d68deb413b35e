// Reads PyTorch and Keras models in Python files: the file runs in a sandbox whose layers record a graph.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Frontend, TraceRequest, TraceResult } from '../frontend';
import { isNotebook, notebookFilePython } from './notebook';
import { wholeLine } from './ranges';
import { type Outcome, Sandbox } from './sandbox';
import { isInside } from './source-tree';

export interface PythonOptions {
  /** Folder that holds python-worker.cjs and vendor/. */
  readonly distDir: string;
  /** How long one trace may take, the sandbox's start not counted. Default 10 s. */
  readonly deadlineMs?: number;
  /** How much memory Python may take. Default 512 MB. */
  readonly memoryMb?: number;
  /** How long an unused sandbox is kept. Default 10 minutes. */
  readonly idleMs?: number;
  /** Where memory with packages imported is kept between sessions; nowhere when left out. */
  readonly cacheDir?: string | undefined;
}

interface Remembered {
  readonly result: TraceResult;
  readonly dependencies: readonly string[];
  readonly stamp: string;
}

/** Texts whose results are kept, and nodes of all their graphs together: one file may hold fifty models. */
const rememberedTexts = 32;
const rememberedNodes = 30_000;
/** A file beyond this is data; parsing it would cost the deadline and the memory. */
const maxCharacters = 8_000_000;

/** What a file of models mentions. */
const frameworks =
  /\b(?:torch|timm|transformers|lightning|keras|tensorflow|tf_keras)\b|pytorch|#\s*espalier:/;

export function createPythonFrontend(options: PythonOptions): Frontend {
  const { deadlineMs = 10_000, memoryMb = 512 } = options;
  const sandbox = new Sandbox({ ...options, deadlineMs, memoryMb });
  const remembered = new Map<string, Remembered>();
  /** The newest trace of each file; an older one that still waits or runs is cancelled by it. */
  const newest = new Map<string, AbortController>();

  async function trace(given: TraceRequest, signal: AbortSignal): Promise<TraceResult> {
    // An editor gives a notebook's cells as Python, the disk gives the file.
    const request = isNotebook(given.file) ? { ...given, text: pythonOf(given.text) } : given;
    signal.throwIfAborted();
    if (request.text.length > maxCharacters) return tooLarge(request);
    const controller = new AbortController();
    if (!request.aside) {
      newest.get(request.file)?.abort();
      newest.set(request.file, controller);
    }
    // Not AbortSignal.any: in Node 20 it keeps what listens, and with it every result that was ever read.
    const relay = () => controller.abort(signal.reason);
    signal.addEventListener('abort', relay, { once: true });
    const key = keyOf(request);
    const known = remembered.get(key);
    try {
      if (known && known.stamp === stampOf(known.dependencies, request)) return known.result;
      const job = {
        file: request.file,
        text: request.text,
        workspaceFolder: folderOf(request),
        packages: request.packages ?? [],
        openFiles: [...(request.openFiles ?? [])],
        written: request.written ?? false,
      };
      const outcome = await sandbox.run(job, controller.signal);
      if (outcome.kind === 'lost') return lostResult(request, outcome, deadlineMs, memoryMb);
      const { result, dependencies } = outcome;
      remembered.delete(key);
      remembered.set(key, { result, dependencies, stamp: stampOf(dependencies, request) });
      forget(remembered, key);
      return result;
    } finally {
      signal.removeEventListener('abort', relay);
      if (newest.get(request.file) === controller) newest.delete(request.file);
    }
  }

  return {
    id: 'python',
    handles: (file, text) => /\.(?:pyw?|ipynb)$/.test(file) && frameworks.test(text),
    trace,
    dispose: () => sandbox.dispose(),
  };
}

function pythonOf(text: string): string {
  try {
    return notebookFilePython(text);
  } catch {
    return text;
  }
}

/** The workspace folder when the file lies in it; otherwise imports may read what Python itself would import it from. */
function folderOf({ file, workspaceFolder }: TraceRequest): string {
  return workspaceFolder && isInside(workspaceFolder, file) ? workspaceFolder : importRoot(file);
}

/** The folder of a lone file; the one that holds the outermost package of a file that is part of one. */
function importRoot(file: string): string {
  let folder = path.dirname(file);
  while (existsSync(path.join(folder, '__init__.py')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return folder;
}

function keyOf(request: TraceRequest): string {
  return createHash('sha256')
    .update(
      [
        ...[request.file, folderOf(request), ...(request.packages ?? [])],
        ...[request.written ? 'written' : '', request.text],
      ].join('\0'),
    )
    .digest('base64');
}

/** Changes when a file that the trace read, or looked for in vain, changes or appears. */
function stampOf(dependencies: readonly string[], { openFiles }: TraceRequest): string {
  const stamps = dependencies.map((file) => {
    const open = openFiles?.get(file);
    if (open !== undefined) return createHash('sha256').update(open).digest('base64');
    return stampOfFile(file);
  });
  return stamps.join('|');
}

function stampOfFile(file: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs}:${stat.size}` : '-';
  } catch {
    // A link that leads to itself, or a name that no file can have.
    return '-';
  }
}

/** Lets go of the oldest results while there are too many or too large ones; never of the newest. */
function forget(remembered: Map<string, Remembered>, newest: string): void {
  const sizeOf = ({ result }: Remembered) =>
    result.models.reduce((n, { graph }) => n + graph.nodes.length, 0);
  let nodes = [...remembered.values()].reduce((n, each) => n + sizeOf(each), 0);
  for (const [key, each] of remembered) {
    if (key === newest || (remembered.size <= rememberedTexts && nodes <= rememberedNodes)) break;
    remembered.delete(key);
    nodes -= sizeOf(each);
  }
}

function tooLarge({ file, text }: TraceRequest): TraceResult {
  const range = wholeLine(file, 0, text.slice(0, text.indexOf('\n') + 1));
  const message = `a file of more than ${maxCharacters / 1e6} million characters is not read`;
  return { models: [], diagnostics: [{ range, severity: 'information', code: 'file-size', message }] };
}

function lostResult(
  request: TraceRequest,
  { reason }: Extract<Outcome, { kind: 'lost' }>,
  deadlineMs: number,
  memoryMb: number,
): TraceResult {
  const range = wholeLine(request.file, 0, request.text);
  const [code, message] =
    reason === 'deadline'
      ? [
          'sandbox-deadline',
          `reading this file took more than ${deadlineMs / 1000} s and could not be interrupted; ` +
            'put code that trains or waits under if __name__ == "__main__"',
        ]
      : /memory/i.test(reason)
        ? ['sandbox-memory', `reading this file needs more than the ${memoryMb} MB that the sandbox has`]
        : /call stack/i.test(reason)
          ? ['sandbox-lost', 'this file is nested too deeply to be read']
          : ['sandbox-lost', `the sandbox that reads this file ended: ${reason}`];
  return { models: [], diagnostics: [{ range, severity: 'warning', code, message }] };
}
