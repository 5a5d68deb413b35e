// What an untrusted workspace may not do, and the words for it.
import { workspace } from 'vscode';

/** Throws the explanation. `what` begins the sentence: `Training`. */
export function requireTrust(what: string): void {
  if (!workspace.isTrusted) {
    throw new Error(
      `${what} is off in an untrusted workspace. Trust it with "Workspaces: Manage Workspace Trust".`,
    );
  }
}
