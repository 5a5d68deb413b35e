// Shows a file or folder: in the desktop's file manager where there is one, else in the editor's explorer.
import { commands, env, UIKind, type Uri } from 'vscode';

export async function reveal(uri: Uri): Promise<void> {
  // A browser or a remote window cannot open this machine's desktop.
  const desktop = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
  await commands.executeCommand(desktop ? 'revealFileInOS' : 'revealInExplorer', uri);
}
