// What keeps widths out of the source, each with its line, and what can be done instead.
import path from 'node:path';
import {
  commands as vscodeCommands,
  Position,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  Uri,
  window,
} from 'vscode';
import { commands } from '../../core/protocol/commands';
import type { Place, WidthsAnswer } from '../../core/protocol/language-server';
import { log } from '../log';
import type { Run } from '../runs/run';

interface Item extends QuickPickItem {
  readonly act?: () => Thenable<unknown>;
}

/** Beyond this a list is searched, not read; the log has them all. */
const most = 100;

export async function showHindrances(
  hindrances: WidthsAnswer['hindrances'],
  { folder, record }: Run,
): Promise<void> {
  const { recipeFile, recipe } = record;
  const items: Item[] = hindrances.slice(0, most).map(({ text, place }) => ({
    label: `$(warning) ${place ? `${path.basename(Uri.parse(place.uri).path)}:${place.line + 1}` : recipe.model.name}`,
    detail: text,
    ...(place ? { act: () => goTo(place) } : {}),
  }));
  for (const { detail, label } of items) log().info(`${label.replace(/^\S+ /, '')}: ${detail}`);
  const instead: Item[] = [
    { label: 'What can be done', kind: QuickPickItemKind.Separator },
    {
      label: '$(export) Export',
      detail: 'Its load script gives layers their widths; the source stays as it is.',
      act: () => vscodeCommands.executeCommand(commands.exportModel, { folder }),
    },
    {
      label: '$(edit) Change the recipe and train again',
      detail: 'keepDense for layers that share a number, or a larger roundTo.',
      ...(recipeFile === undefined
        ? {}
        : { act: () => window.showTextDocument(Uri.file(recipeFile), { preview: false }) }),
    },
  ];
  const count = hindrances.length === 1 ? 'One place is' : `${hindrances.length} places are`;
  const picked = await window.showQuickPick([...items, ...instead], {
    title: `${count} in the way of the widths of ${recipe.model.name}, so nothing was changed`,
    placeHolder: 'Go to a line, or do it another way',
    matchOnDetail: true,
  });
  await picked?.act?.();
}

function goTo({ uri, line, character }: Place): Thenable<unknown> {
  const at = new Position(line, character);
  return window.showTextDocument(Uri.parse(uri, true), { selection: new Range(at, at) });
}
