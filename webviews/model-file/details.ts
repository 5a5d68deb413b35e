// What is known of the selected layer, in words: the reasons that the table has no room for.
import type { ModelFileRow } from '../../core/analysis/model-file';
import { formatExact, formatFlops, formatShare } from '../../core/analysis/format';
import { h } from '../ui/dom';

export function details(row: ModelFileRow): HTMLElement {
  const facts: [string, string][] = [
    ['Weight', [row.weight.join(' × '), row.dtype].filter(Boolean).join(' · ')],
    ['Output', row.output],
    ['Parameters', `${formatExact(row.params)} (${formatShare(row.paramShare)})`],
    ['FLOPs', row.flops > 0 ? `${formatFlops(row.flops)} (${formatShare(row.flopShare)})` : ''],
    ['Zeros', zeros(row)],
    ['2:4', twoFour(row)],
    ['Channels', channels(row)],
  ];
  return h(
    'section',
    { class: 'details', 'aria-label': 'Selected layer' },
    h('h2', {}, row.path),
    h(
      'dl',
      {},
      ...facts
        .filter(([, value]) => value !== '')
        .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
  );
}

function zeros({ values }: ModelFileRow): string {
  if (!values) return '';
  const { zeroChannels } = values;
  const whole =
    zeroChannels > 0
      ? `, ${formatExact(zeroChannels)} whole ${zeroChannels === 1 ? 'channel' : 'channels'}`
      : '';
  return formatShare(values.zeros) + whole;
}

function twoFour({ twoFour: entry, values }: ModelFileRow): string {
  if (values?.isTwoFour) return 'already: every group of four inputs has two zeros';
  if (!entry) return '';
  if (!entry.fit.ok) return `does not fit: ${entry.fit.reason}`;
  if (!values || values.groups === undefined) return 'fits';
  return `fits; ${formatShare(values.groups)} of the groups of four have two zeros already`;
}

function channels({ channel, group }: ModelFileRow): string {
  if (!channel) return '';
  if (!channel.fit.ok) return `cannot be removed: ${channel.fit.reason}`;
  return group
    ? `${formatExact(group.channels)}, together in ${group.members} tensors, can be removed`
    : 'can be removed';
}
