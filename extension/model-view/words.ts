// What the rows of the model view say.
import { formatExact, formatFlops, formatShare } from '../../core/analysis/format';
import { formatShape } from '../../core/graph/shape';
import type { GroupMemberItem } from '../../core/protocol/language-server';
import type { Row } from './rows';

export function label(row: Row): string {
  switch (row.kind) {
    case 'model':
      return row.summary.name;
    case 'note':
      return row.text;
    case 'module':
      return row.item.name;
    case 'groups':
      return 'Groups';
    case 'group':
      return row.group.id;
    case 'member':
      return row.member.param;
  }
}

export function description(row: Row): string {
  switch (row.kind) {
    case 'model':
      return row.summary.line + (row.summary.stale ? ' (stale)' : '');
    case 'note':
      return '';
    case 'module': {
      const { type, params, paramShare, flops, flopShare, layer } = row.item;
      const cost = `${formatExact(params)} params (${formatShare(paramShare)}) · ${formatFlops(flops)} (${formatShare(flopShare)})`;
      const fits = (layer?.patterns ?? []).map((entry) => `${entry.label} ${entry.fit.ok ? '✓' : '✗'}`);
      return [type, cost, ...fits].filter((part) => part !== '').join(' · ');
    }
    case 'groups':
      return `${row.groups.filter(({ prunable }) => prunable.ok).length} of ${row.groups.length} prunable`;
    case 'group': {
      const { channels, members, prunable } = row.group;
      const size = `${channels} ${channels === 1 ? 'channel' : 'channels'} · ${members.length} ${members.length === 1 ? 'tensor' : 'tensors'}`;
      return prunable.ok ? size : `${size} · ✗ ${prunable.reason}`;
    }
    case 'member':
      return `axis ${row.member.axis} · ${roles[row.member.role]}`;
  }
}

const roles: Readonly<Record<GroupMemberItem['role'], string>> = {
  out: 'makes the channels',
  in: 'reads them',
  channel: 'rides along',
};

/** Several lines of plain text; empty where the row says it all. */
export function tooltip(row: Row): string {
  switch (row.kind) {
    case 'model': {
      const { line, input, stale, notes } = row.summary;
      const now = stale ? ['an earlier text: the newest cannot be read'] : [];
      return [line, ...(input === '' ? [] : [`input ${input}`]), ...now, ...notes].join('\n');
    }
    case 'module': {
      const { path, layer } = row.item;
      if (!layer) return path;
      const { op, output, weight, patterns } = layer;
      const shape = weight.length > 0 ? [`weight ${weight.join('×')}`] : [];
      const fits = patterns.map((entry) => `${entry.label}: ${entry.fit.ok ? 'fits' : entry.fit.reason}`);
      return [`${path} (${op})`, `output ${formatShape(output)}`, ...shape, ...fits].join('\n');
    }
    case 'group':
      return row.group.prunable.ok
        ? 'These channels can only be removed together.'
        : `These channels cannot be removed: ${row.group.prunable.reason}.`;
    case 'note':
    case 'groups':
    case 'member':
      return '';
  }
}

/** What a screen reader says: signs spelt out. */
export const spoken = (row: Row): string =>
  `${label(row)}, ${description(row).replaceAll(' ✓', ' fits').replaceAll('✗', 'does not fit')}`;
