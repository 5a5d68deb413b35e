// "Run Recipe": trains what a `*.espalier.yaml` file says.
import { Uri, window, workspace } from 'vscode';
import { isRecipe } from '../language-client/documents';
import { readRecipe } from '../recipe/read-recipe';
import { startRun } from '../runs/start-run';
import { requireTrust } from '../trust';
import type { Command } from './command';
import { Explanation } from '../explanation';

export const runRecipe: Command = {
  async run(app, target) {
    requireTrust('Training');
    const uri = recipeUri(target) ?? (await pickRecipe());
    if (uri) await startRun(app, uri, await readRecipe(app, uri));
  },
};

/** The editor title passes a Uri, a lens its text or `{uri}`; the palette means the active file if it is a recipe. */
function recipeUri(target: unknown): Uri | undefined {
  if (target instanceof Uri) return target;
  const text = typeof target === 'string' ? target : (target as { uri?: unknown } | undefined)?.uri;
  if (typeof text === 'string') return Uri.parse(text, true);
  const active = window.activeTextEditor?.document;
  return active && isRecipe(active.fileName) ? active.uri : undefined;
}

async function pickRecipe(): Promise<Uri | undefined> {
  const found = await workspace.findFiles('**/*.espalier.yaml', '**/{node_modules,.git,.espalier}/**', 200);
  if (found.length === 0)
    throw new Explanation('no *.espalier.yaml in the workspace; "Sparse Train" writes one');
  const items = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
  items.sort((a, b) => a.label.localeCompare(b.label));
  return (await window.showQuickPick(items, { title: 'Run recipe', placeHolder: 'Which recipe?' }))?.uri;
}
