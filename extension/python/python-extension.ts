// What of Microsoft's Python extension is used here, where it is installed: the environments that it knows.
import { type Event, extensions, type Uri } from 'vscode';

interface EnvironmentPath {
  /** Of the interpreter, or of the environment's folder. */
  readonly path: string;
}

interface Environment extends EnvironmentPath {
  readonly environment?: { readonly name?: string; readonly type?: string };
  readonly version?: { readonly major?: number; readonly minor?: number };
}

export interface PythonEnvironments {
  readonly known: readonly Environment[];
  getActiveEnvironmentPath(resource?: Uri): EnvironmentPath;
  readonly onDidChangeActiveEnvironmentPath: Event<EnvironmentPath>;
}

/** Undefined where the extension is not installed, or is another than we know. */
export async function pythonEnvironments(): Promise<PythonEnvironments | undefined> {
  const python = extensions.getExtension<{ readonly environments?: PythonEnvironments }>('ms-python.python');
  if (!python) return undefined;
  try {
    const api = python.isActive ? python.exports : await python.activate();
    return typeof api?.environments?.getActiveEnvironmentPath === 'function' ? api.environments : undefined;
  } catch {
    // Its own failure is its own to tell.
    return undefined;
  }
}
