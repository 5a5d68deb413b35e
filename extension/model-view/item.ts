// One row of the model view as VS Code draws it.
import {
  MarkdownString,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
} from 'vscode';
import type { Place } from '../../core/protocol/language-server';
import { holdsUnprunable, type Row } from './rows';
import { description, label, spoken, tooltip } from './words';

const muted = new ThemeColor('disabledForeground');

export function treeItem(row: Row): TreeItem {
  const item = new TreeItem(label(row), collapsible(row));
  item.id = row.id;
  item.description = description(row);
  item.iconPath = icon(row);
  item.contextValue = `model.${row.kind}`;
  item.accessibilityInformation = { label: spoken(row) };
  const text = tooltip(row);
  // As text: paths and reasons come from the user's file and must not become markup.
  if (text !== '') item.tooltip = new MarkdownString().appendText(text);
  if (row.place) item.command = { title: 'Go to line', ...openAt(row.place) };
  return item;
}

function openAt({ uri, line, character }: Place): { command: string; arguments: unknown[] } {
  const selection = new Range(line, character, line, character);
  return { command: 'vscode.open', arguments: [Uri.parse(uri, true), { selection }] };
}

function collapsible(row: Row): TreeItemCollapsibleState {
  switch (row.kind) {
    case 'model':
      return row.alone ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    case 'module':
      return row.item.children.length > 0
        ? TreeItemCollapsibleState.Collapsed
        : TreeItemCollapsibleState.None;
    case 'groups':
    case 'group':
      return TreeItemCollapsibleState.Collapsed;
    case 'note':
    case 'member':
      return TreeItemCollapsibleState.None;
  }
}

function icon(row: Row): ThemeIcon {
  switch (row.kind) {
    case 'model':
      return row.summary.stale
        ? new ThemeIcon('history', new ThemeColor('charts.yellow'))
        : new ThemeIcon('symbol-class');
    case 'note':
      return new ThemeIcon('info');
    case 'module':
      if (!row.item.layer) return new ThemeIcon('symbol-namespace');
      if (row.item.layer.patterns.length === 0) return new ThemeIcon('symbol-constant');
      return holdsUnprunable(row.item) ? new ThemeIcon('circle-slash', muted) : new ThemeIcon('symbol-field');
    case 'groups':
      return new ThemeIcon('references');
    case 'group':
      return row.group.prunable.ok ? new ThemeIcon('link') : new ThemeIcon('circle-slash', muted);
    case 'member':
      return new ThemeIcon('symbol-array');
  }
}
