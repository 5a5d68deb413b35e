// The columns of a model file's table: what each shows, sorts by, and explains. Pure, so that tests read them.
import type { ModelFileModel, ModelFileRow } from '../../core/analysis/model-file';
import { formatCount, formatExact, formatFlops, formatShare } from '../../core/analysis/format';

export interface Column {
  readonly id: string;
  readonly title: string;
  readonly kind: 'text' | 'number';
  /** Share of the width that is left. */
  readonly grow: number;
  /** Pixels. */
  readonly least: number;
  readonly text: (row: ModelFileRow) => string;
  readonly sort: (row: ModelFileRow) => number | string;
  /** What a pointer that rests there is told. */
  readonly hint?: (row: ModelFileRow) => string | undefined;
}

const text = (id: string, title: string, least: number, grow: number, of: Column['text']): Column => ({
  ...{ id, title, kind: 'text', least, grow, text: of, sort: of, hint: of },
});

const number = (
  id: string,
  title: string,
  least: number,
  sort: (row: ModelFileRow) => number,
  show: Column['text'],
  hint?: Column['hint'],
): Column => ({ id, title, kind: 'number', least, grow: 0, text: show, sort, ...(hint ? { hint } : {}) });

const all: readonly Column[] = [
  text('layer', 'Layer', 120, 3, ({ path }) => path),
  text('op', 'Op', 88, 0, ({ op }) => op),
  text('output', 'Output', 104, 1, ({ output }) => output),
  {
    ...text('weight', 'Weight', 100, 1, weightText),
    sort: ({ weight }) => weight.reduce((n, dim) => n * dim, 1),
  },
  text('dtype', 'Stored', 46, 0, ({ dtype }) => dtype),
  number(
    'params',
    'Params',
    60,
    ({ params }) => params,
    ({ params }) => formatCount(params),
    ({ params }) => formatExact(params),
  ),
  number(
    'share',
    'Share',
    56,
    ({ paramShare }) => paramShare,
    ({ paramShare }) => formatShare(paramShare),
  ),
  number(
    'flops',
    'FLOPs',
    88,
    ({ flops }) => flops,
    ({ flops }) => formatFlops(flops),
  ),
  number(
    'zeros',
    'Zeros',
    54,
    zeroShare,
    ({ values }) => (values ? formatShare(values.zeros) : ''),
    zeroHint,
  ),
  { ...text('twoFour', '2:4', 72, 0, twoFourText), sort: twoFourRank, hint: twoFourHint },
  {
    ...text('channels', 'Channels', 66, 0, channelText),
    sort: ({ group }) => group?.channels ?? -1,
    hint: channelHint,
  },
];

/** A file of weights alone has nothing to say of outputs and FLOPs. */
const computed = new Set(['op', 'output', 'flops', 'channels']);

/** Pixels between columns and at both ends; the style sheet has the same. */
const [gap, edge] = [14, 20];

/** Pixels below which the table scrolls sideways. */
export const leastWidth = (columns: readonly Column[]): number =>
  columns.reduce((n, { least }) => n + least, 0) + gap * (columns.length - 1) + 2 * edge;

export const columnsOf = ({ isComputed }: ModelFileModel): readonly Column[] =>
  all.filter(({ id }) => isComputed || !computed.has(id));

function weightText({ weight }: ModelFileRow): string {
  return weight.join('×');
}

function zeroShare({ values }: ModelFileRow): number {
  return values?.zeros ?? -1;
}

function zeroHint({ values }: ModelFileRow): string | undefined {
  if (!values || values.zeroChannels === 0) return undefined;
  return `${formatExact(values.zeroChannels)} whole ${values.zeroChannels === 1 ? 'channel is' : 'channels are'} zero`;
}

/** Share of zeros below which a weight is dense, and a few groups happen to have two of them. */
const worthTelling = 0.05;

function twoFourText({ twoFour, values }: ModelFileRow): string {
  if (values?.isTwoFour) return 'already';
  if (!twoFour) return '';
  if (!twoFour.fit.ok) return '✗';
  const isOnTheWay = values?.groups !== undefined && values.zeros >= worthTelling;
  return isOnTheWay ? `fits · ${formatShare(values.groups)}` : 'fits';
}

/** What is 2:4 already comes first, then what is on the way, then what would fit. */
function twoFourRank({ twoFour, values }: ModelFileRow): number {
  if (values?.isTwoFour) return 3;
  if (!twoFour) return -1;
  return twoFour.fit.ok ? 1 + (values?.groups ?? 0) : 0;
}

function twoFourHint({ twoFour, values }: ModelFileRow): string | undefined {
  if (values?.isTwoFour) return 'every group of four inputs has two zeros: this weight is 2:4 as it is';
  if (!twoFour) return undefined;
  if (!twoFour.fit.ok) return twoFour.fit.reason;
  if (values?.groups === undefined) return 'its inputs divide into groups of four';
  return `${formatShare(values.groups)} of its groups of four have two zeros`;
}

function channelText({ channel, group, values }: ModelFileRow): string {
  const zero = values && values.zeroChannels > 0 ? `${formatExact(values.zeroChannels)} zero` : '';
  if (!channel) return zero;
  if (!channel.fit.ok) return zero === '' ? '✗' : `${zero}, ✗`;
  return [formatExact(group?.channels ?? 0), ...(zero === '' ? [] : [zero])].join(', ');
}

function channelHint({ channel, group }: ModelFileRow): string | undefined {
  if (!channel) return undefined;
  if (!channel.fit.ok) return channel.fit.reason;
  if (!group) return undefined;
  return `${formatExact(group.channels)} channels that ${group.members} ${group.members === 1 ? 'tensor has' : 'tensors share'} can be removed`;
}
