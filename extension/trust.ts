// What an untrusted workspace may not do, and the words for it.
import { workspace } from 'vscode';
import { Explanation } from './explanation';

/** Throws the explanation. `what` begins the sentence: `Training`. */
export function requireTrust(what: string): void {
  if (!workspace.isTrusted) {
    const remedy = { title: 'Manage trust', command: 'workbench.trust.manage' };
    throw new Explanation(`${what} is off in an untrusted workspace`, remedy);
  }
}
