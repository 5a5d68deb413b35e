// Above a recipe: run it.
import { commands } from '../../core/protocol/commands';
import type { Feature } from '../context';
import { isRecipe } from '../documents/uri';

export const recipeLens: Feature = ({ lenses, documents }) => {
  lenses.add(({ textDocument: { uri } }) => {
    if (!isRecipe(uri) || !documents.get(uri)) return [];
    const start = { line: 0, character: 0 };
    const command = { title: '▶ Run recipe', command: commands.runRecipe, arguments: [{ uri }] };
    return [{ range: { start, end: start }, command }];
  });
};
