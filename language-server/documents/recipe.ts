// A recipe file's text, read: YAML with places, and what validation says of it.
import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Pair,
} from 'yaml';
import type { Recipe } from '../../core/recipe/recipe';
import { type RecipeProblem, validateRecipe } from '../../core/recipe/validate';
import { oneLine } from './reading';

/** Offsets into the text, end-exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PlacedProblem {
  readonly span: Span;
  readonly message: string;
}

export interface RecipeText {
  readonly recipe: Recipe | undefined;
  /** What the YAML says, however wrong it is as a recipe; undefined when it is no YAML. */
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  /** Where the value at a path stands, or its key. */
  spanOf(path: readonly string[], at: RecipeProblem['at']): Span;
  /** From the key at a path to the end of its value; undefined where it is not written. */
  pairSpan(path: readonly string[]): Span | undefined;
  /** The texts of the list at a path. */
  items(path: readonly string[]): readonly { readonly text: string; readonly span: Span }[];
  /** The path whose key or value stands at an offset. */
  pathAt(offset: number): readonly string[] | undefined;
}

/** Characters. A recipe has forty lines; a megabyte of YAML can take seconds to read. */
export const recipeLimit = 100_000;
/** Brackets within brackets. The parser takes seconds over thousands, and a recipe has one or two. */
const deepest = 50;

export function readRecipe(text: string): RecipeText {
  if (text.length > recipeLimit)
    return unreadable(text, 'a recipe is a short file; this one is larger than 100 kB');
  if (bracketDepth(text) > deepest)
    return unreadable(text, 'this is no recipe: it nests brackets too deeply');
  try {
    const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false });
    const [error] = document.errors;
    if (error) return unreadable(text, oneLine(error), { start: error.pos[0], end: error.pos[1] });
    // Aliases can multiply: a recipe has no use for many.
    const value: unknown = document.toJS({ maxAliasCount: 20 });
    const answer = validateRecipe(value);
    const spanOf = (path: readonly string[], at: RecipeProblem['at']) => span(document, text, path, at);
    const problems = answer.ok ? [] : answer.problems;
    return {
      recipe: answer.ok ? answer.recipe : undefined,
      value,
      problems: problems.map(({ path, at, message }) => ({ span: spanOf(path, at), message })),
      spanOf,
      pairSpan: (path) => pairSpan(document, text, path),
      items: (path) => items(document, path),
      pathAt: (offset) => pathAt(document, offset),
    };
  } catch (error) {
    // Deep nesting and alias bombs end here.
    return unreadable(text, `this is no recipe: ${oneLine(error)}`);
  }
}

function unreadable(text: string, message: string, place: Span = firstLine(text)): RecipeText {
  return {
    recipe: undefined,
    value: undefined,
    problems: [{ span: place, message }],
    spanOf: () => firstLine(text),
    pairSpan: () => undefined,
    items: () => [],
    pathAt: () => undefined,
  };
}

function span(document: Document, text: string, path: readonly string[], at: RecipeProblem['at']): Span {
  // What is missing is shown at the section that should hold it, or at the top.
  const shown = at === 'missing' ? path.slice(0, -1) : path;
  const pair = pairAt(document, shown);
  if (!pair) return shown.length > 1 ? span(document, text, shown.slice(0, -1), 'key') : firstLine(text);
  const node = at === 'value' && isScalar(pair.value) ? pair.value : pair.key;
  return (isNode(node) ? spanOfNode(node) : undefined) ?? firstLine(text);
}

function pairAt(document: Document, path: readonly string[]): Pair | undefined {
  let node: unknown = document.contents;
  let found: Pair | undefined;
  for (const key of path) {
    if (!isMap(node)) return undefined;
    found = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
    node = found?.value;
  }
  return found;
}

function pairSpan(document: Document, text: string, path: readonly string[]): Span | undefined {
  const pair = pairAt(document, path);
  if (!pair || !isNode(pair.key)) return undefined;
  const key = spanOfNode(pair.key);
  const value = isNode(pair.value) ? spanOfNode(pair.value) : undefined;
  // A block's value reaches over the line ends after it.
  return key && { start: key.start, end: text.slice(0, value?.end ?? key.end).trimEnd().length };
}

function items(document: Document, path: readonly string[]): { text: string; span: Span }[] {
  const list = pairAt(document, path)?.value;
  return (isSeq(list) ? list.items : []).flatMap((item) => {
    const place = isScalar(item) ? spanOfNode(item) : undefined;
    return isScalar(item) && place ? [{ text: String(item.value), span: place }] : [];
  });
}

function pathAt(document: Document, offset: number): readonly string[] | undefined {
  let node: unknown = document.contents;
  const path: string[] = [];
  while (isMap(node)) {
    const pair: Pair | undefined = node.items.find(
      (candidate) =>
        isPair(candidate) && [candidate.key, candidate.value].some((part) => holds(part, offset)),
    );
    if (!pair || !isScalar(pair.key)) return undefined;
    path.push(String(pair.key.value));
    if (holds(pair.key, offset)) return path;
    node = pair.value;
  }
  return path.length > 0 ? path : undefined;
}

function holds(node: unknown, offset: number): boolean {
  const place = isNode(node) ? spanOfNode(node) : undefined;
  return place !== undefined && offset >= place.start && offset <= place.end;
}

function spanOfNode({ range }: { range?: readonly number[] | null | undefined }): Span | undefined {
  const [start, end] = range ?? [];
  return start === undefined || end === undefined ? undefined : { start, end: Math.max(end, start + 1) };
}

function bracketDepth(text: string): number {
  let [depth, most] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    most = Math.max(most, depth);
  }
  return most;
}

function firstLine(text: string): Span {
  const end = text.search(/[\r\n]|$/);
  return { start: 0, end: Math.max(1, end) };
}
