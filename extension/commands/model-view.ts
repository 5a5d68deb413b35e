// The model view's commands: find the layer at the cursor, copy a layer's path, show only what cannot be pruned.
import { env, window } from 'vscode';
import { Explanation } from '../explanation';
import type { Row } from '../model-view/rows';
import type { Command } from './command';

export const revealInModelView: Command = {
  async run({ modelTree }) {
    const editor = window.activeTextEditor;
    const line = editor?.selection.active.line ?? 0;
    if (!editor || !(await modelTree.reveal(editor.document.uri.toString(), line)))
      throw new Explanation('no layer is built on this line');
  },
};

export const copyLayerPath: Command = {
  async run(_, target) {
    const path = pathOf(target as Row | undefined);
    if (path === undefined) throw new Explanation('choose a layer in the model view first');
    await env.clipboard.writeText(path);
    window.setStatusBarMessage(`Copied ${path}`, 3000);
  },
};

export const filterUnprunable: Command = { run: ({ modelTree }) => modelTree.filter(true) };
export const showAllLayers: Command = { run: ({ modelTree }) => modelTree.filter(false) };

function pathOf(row: Row | undefined): string | undefined {
  if (row?.kind === 'module') return row.item.path;
  // A parameter's path is its layer's and a name.
  return row?.kind === 'member' ? row.member.param.replace(/\.[^.]*$/, '') : undefined;
}
