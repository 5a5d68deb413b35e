// The text of a file, or undefined when there is none.
import { FileSystemError, type Uri, workspace } from 'vscode';

export async function readText(uri: Uri): Promise<string | undefined> {
  try {
    return Buffer.from(await workspace.fs.readFile(uri)).toString('utf8');
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
