// Breaks Python source in the ways that typing, merging and malice do. The same seed breaks it in the same way.

export type Random = () => number;

/** Numbers of [0, 1) from a seed (mulberry32, Tommy Ettinger 2017). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const upTo = (random: Random, n: number): number => Math.floor(random() * n);
const oneOf = <T>(random: Random, items: readonly T[]): T => items[upTo(random, items.length)]!;

/** Numbers that sizes, strides and loops do not expect. */
const numbers = ['0', '-1', '1', '7919', '65536', '2**31', '10**9', '-10**30', '1e400', '0.5', 'None', '1j'];
const modules = ['torch', 'torch.nn', 'numpy', 'os', 'json', 'nowhere', 'torch.nowhere', '.nowhere', '...'];
const strangers = [
  '\0',
  '\ud800',
  '\u202e',
  '\u00a0',
  '\t',
  '\r',
  '\\',
  '"""',
  "'''",
  '(',
  '}',
  '#',
  ';',
  '\f',
  '🌳',
  '@',
  ':=',
];
const token = /\w+|"[^"\n]*"|'[^'\n]*'|[^\s\w]/g;

function onPiece(
  pattern: RegExp,
  change: (piece: string, random: Random, pieces: readonly string[]) => string,
) {
  return (text: string, random: Random): string => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text;
    const { 0: piece, index } = oneOf(random, found);
    const by = change(
      piece,
      random,
      found.map(([other]) => other),
    );
    return text.slice(0, index) + by + text.slice(index + piece.length);
  };
}

function onLines(change: (lines: string[], at: number, random: Random) => void) {
  return (text: string, random: Random): string => {
    const lines = text.split('\n');
    change(lines, upTo(random, lines.length), random);
    return lines.join('\n');
  };
}

/** How one mutation changes a text. Adding one is a line here. */
export const mutations: Readonly<Record<string, (text: string, random: Random) => string>> = {
  'delete a token': onPiece(token, () => ''),
  'repeat a token': onPiece(token, (piece) => `${piece} ${piece}`),
  'swap a token for another': onPiece(token, (_, random, pieces) => oneOf(random, pieces)),
  truncate: (text, random) => text.slice(0, upTo(random, text.length)),
  'lose its beginning': (text, random) => text.slice(upTo(random, text.length)),
  'nest brackets': onPiece(/[\w.]+\([^()\n]*\)/g, (piece, random) => {
    const depth = 2 ** upTo(random, 10);
    return '('.repeat(depth) + piece + ')'.repeat(depth);
  }),
  'nest calls': onPiece(/[\w.]+\(/g, (piece, random) => piece.repeat(2 ** upTo(random, 8))),
  'nest blocks': onLines((lines, at, random) => {
    const indent = /^\s*/.exec(lines[at]!)![0];
    const depth = 1 + upTo(random, 60);
    const heads = Array.from({ length: depth }, (_, i) => `${indent}${'  '.repeat(i)}if True:`);
    lines.splice(at, 1, ...heads, `${'  '.repeat(depth)}${lines[at]!}`);
  }),
  'rename an import': onPiece(/(?<=^[ \t]*(?:from|import) )[\w.]+/gm, (_, random) => oneOf(random, modules)),
  'rename what is imported': onPiece(/(?<=^[ \t]*from [\w.]+ import )\w+/gm, (name, random) =>
    oneOf(random, [`${name}x`, '*', 'nn', '(', `${name} as torch`]),
  ),
  'repeat a line': onLines((lines, at, random) => {
    lines.splice(at, 0, ...Array<string>(1 + upTo(random, 40)).fill(lines[at]!));
  }),
  'delete a line': onLines((lines, at) => lines.splice(at, 1)),
  'move a line': onLines((lines, at, random) => {
    lines.splice(upTo(random, lines.length), 0, ...lines.splice(at, 1));
  }),
  'shift a line': onLines((lines, at, random) => {
    lines[at] = random() < 0.5 ? `  ${lines[at]}` : lines[at]!.replace(/^ {1,4}/, '');
  }),
  'change a number': onPiece(/\b\d+(\.\d+)?\b/g, (_, random) => oneOf(random, numbers)),
  'change every number': (text, random) => text.replace(/\b\d+\b/g, () => oneOf(random, numbers)),
  'swap a number': onPiece(/\b\d+(\.\d+)?\b/g, (_, random, pieces) => oneOf(random, pieces)),
  'insert strangers': (text, random) => {
    const some = Array.from({ length: 1 + upTo(random, 3) }, () => oneOf(random, strangers)).join('');
    const at = upTo(random, text.length + 1);
    return text.slice(0, at) + some + text.slice(at);
  },
  'rename a name': onPiece(/\b[a-z_]\w*\b/gi, (_, random, pieces) =>
    oneOf(random, ['self', 'forward', 'x', 'torch', 'type', '__class__', ...pieces]),
  ),
  'loop without end': onPiece(/^([ \t]+)(?:return|x = )/gm, (piece) => {
    const indent = /^[ \t]+/.exec(piece)![0];
    return `${indent}while True: pass\n${piece}`;
  }),
};

export interface Mutant {
  /** What was done to it, for the report of a failure. */
  readonly done: readonly string[];
  readonly text: string;
}

/** Most of these still parse, and so reach the stand-ins; the others end at the parser, which bears more of them. */
const parsing = new Set(
  [
    'nest brackets',
    'nest blocks',
    'rename an import',
    'rename what is imported',
    'repeat a line',
    'delete a line',
  ].concat([
    'move a line',
    'change a number',
    'change every number',
    'rename a name',
    'swap a number',
    'nest calls',
  ]),
);

/** One or two mutations, one after the other. Those that cost a whole deadline are kept rare. */
export function mutate(text: string, seed: number): Mutant {
  const random = randomOf(seed);
  const [rare, mild] = [random() < 0.03, random() < 0.7];
  const kinds = Object.keys(mutations).filter(
    (kind) => (kind !== 'loop without end' || rare) && (!mild || parsing.has(kind)),
  );
  const done: string[] = [];
  let mutant = text;
  for (let i = random() < 0.3 ? 1 : 0; i >= 0; i--) {
    const kind = oneOf(random, kinds);
    mutant = mutations[kind]!(mutant, random);
    done.push(kind);
  }
  return { done, text: mutant };
}
