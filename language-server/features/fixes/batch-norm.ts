// Inserts the BatchNorm that channel pruning by BN scale needs, after a convolution in a Sequential or an attribute.
import type { Node } from '@vscode/tree-sitter-wasm';
import {
  argument,
  assignmentOf,
  calleeOf,
  callAt,
  enclosing,
  rangeOf,
  selfAttribute,
  selfAttributes,
} from '../../syntactic/python-nodes';
import type { Fix, Remedy } from './fix';

/** Written twice, these give the same value: no calls, nothing that changes. */
const repeatable = new Set(['integer', 'identifier', 'attribute', 'binary_operator', 'subscript']);
const inert = new Set([
  ...repeatable,
  '*',
  '+',
  '-',
  '//',
  '.',
  '[',
  ']',
  '(',
  ')',
  'parenthesized_expression',
]);

export const batchNorm: Fix = ({ remark, range, root }) => {
  if (remark.fix?.kind !== 'norm') return [];
  const call = callAt(root, range.start, range.end);
  const [, prefix, dimensions] = /^((?:\w+\.)+)Conv([123])d$/.exec(call ? calleeOf(call) : '') ?? [];
  const channels = call && argument(call, 1, 'out_channels');
  if (!call || prefix === undefined || !channels || !isRepeatable(channels)) return [];
  const norm = `${prefix}BatchNorm${dimensions}d(${channels.text})`;
  return inSequential(call, norm) ?? asAttribute(call, norm) ?? [];
};

/** `nn.Sequential(nn.Conv2d(…), nn.ReLU())`: an argument more. */
function inSequential(call: Node, norm: string): Remedy[] | undefined {
  const { parent } = call;
  if (parent?.type !== 'argument_list' || !/(?:^|\.)Sequential$/.test(calleeOf(parent.parent!)))
    return undefined;
  const { end } = rangeOf(call);
  const last = call.nextNamedSibling === null;
  // On a line of its own, where the arguments have lines of their own.
  const own = parent.startPosition.row !== call.startPosition.row;
  const space = own ? `\n${' '.repeat(call.startPosition.column)}` : ' ';
  const comma = call.nextSibling?.type === ',' ? rangeOf(call.nextSibling).end : undefined;
  const edit = comma
    ? { range: { start: comma, end: comma }, newText: `${space}${norm},` }
    : { range: { start: end, end }, newText: `,${space}${norm}` };
  const title = `Insert ${norm}${last ? '' : ' (what follows is numbered anew)'}`;
  return [{ title, edits: [edit] }];
}

/** `self.conv1 = nn.Conv2d(…)`, called once: an attribute more, and a call around the call. */
function asAttribute(call: Node, norm: string): Remedy[] | undefined {
  const assignment = call.parent;
  const left = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : undefined;
  const name = selfAttribute(left)?.text;
  const owner = enclosing(call, 'class_definition');
  if (!assignment || !left || name === undefined || !owner) return undefined;
  const all = selfAttributes(owner);
  const own = all.filter((attribute) => attribute.name.text === name);
  const uses = own.filter(({ whole }) => !assignmentOf(whole));
  const [use] = uses;
  // Used twice, or passed on, it is more than a step of forward.
  if (!use || uses.length !== 1 || own.length !== 2) return undefined;
  const step = use.whole.parent;
  if (step?.type !== 'call' || step.childForFieldName('function')?.id !== use.whole.id) return undefined;
  const taken = new Set(all.map((attribute) => attribute.name.text));
  const wanted = name.includes('conv') ? name.replace('conv', 'bn') : `${name}_bn`;
  const fresh = [wanted, `${name}_norm`, `${name}_bn`].find((candidate) => !taken.has(candidate));
  if (fresh === undefined) return undefined;
  const self = left.childForFieldName('object')!.text;
  const { end } = rangeOf(assignment);
  const [start, stop] = [rangeOf(use.whole).start, rangeOf(step).end];
  const indent = ' '.repeat(assignment.startPosition.column);
  const edits = [
    { range: { start: end, end }, newText: `\n${indent}${self}.${fresh} = ${norm}` },
    { range: { start, end: start }, newText: `${selfIn(use.whole)}.${fresh}(` },
    { range: { start: stop, end: stop }, newText: ')' },
  ];
  return [{ title: `Insert ${self}.${fresh} = ${norm} and call it after ${name}`, edits }];
}

const selfIn = (attribute: Node): string => attribute.childForFieldName('object')!.text;

const isRepeatable = (node: Node): boolean =>
  repeatable.has(node.type) && node.descendantsOfType('call').length === 0 && onlyInert(node);

const onlyInert = (node: Node): boolean =>
  inert.has(node.type) && node.children.every((child) => child !== null && onlyInert(child));
