// The context keys that `when` clauses and the walkthrough read, typed; a no-op write is skipped.
import { commands } from 'vscode';
import { contextKeys, type ContextKey } from './context-key-names';

export { contextKeys };

const written = new Map<ContextKey, boolean>();

export async function setContextKey(key: ContextKey, value: boolean): Promise<void> {
  if (written.get(key) === value) return;
  written.set(key, value);
  await commands.executeCommand('setContext', key, value);
}
