// Where the numbers of a graph are written: which literals of the source each of them was made of.
import type { NodeId, ParamName, SourceRange } from './model-graph';

/** How a number came about: read from a literal, plain where nobody followed it, or made of two such. */
export type Expression =
  | Literal
  | { readonly kind: 'plain'; readonly value: number }
  | {
      readonly kind: '+' | '-' | '*' | '//';
      readonly left: Expression;
      readonly right: Expression;
    };

/** A whole number as it stands in the source. */
export interface Literal {
  readonly kind: 'literal';
  readonly source: SourceRange;
  readonly value: number;
}

/** A number of the graph that comes from at least one literal. */
export interface WrittenNumber {
  readonly of: NumberPlace;
  readonly value: Expression;
}

export type NumberPlace =
  /** An attribute of a node, or one item of its list. */
  | { readonly node: NodeId; readonly attr: string; readonly index?: number }
  /** A dimension of what a node makes, where the code spelled it out. */
  | { readonly node: NodeId; readonly axis: number }
  | { readonly param: ParamName; readonly axis: number };

/** Two literals are the same where they stand in the same place. */
export const literalKey = ({ source: { file, startLine, startColumn } }: Literal): string =>
  `${file}:${startLine}:${startColumn}`;

/** The literals of an expression, each once, from left to right. */
export function literalsOf(expression: Expression): Literal[] {
  const found = new Map<string, Literal>();
  const pending: Expression[] = [expression];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind === 'literal') found.set(literalKey(next), next);
    else if (next.kind !== 'plain') pending.push(next.right, next.left);
  }
  return [...found.values()];
}

/** @param valueOf what a literal is to say. */
export function evaluate(expression: Expression, valueOf: (literal: Literal) => number): number {
  switch (expression.kind) {
    case 'plain':
      return expression.value;
    case 'literal':
      return valueOf(expression);
    case '+':
    case '-':
    case '*':
    case '//': {
      const [a, b] = [evaluate(expression.left, valueOf), evaluate(expression.right, valueOf)];
      return operators[expression.kind](a, b);
    }
  }
}

const operators = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '//': (a: number, b: number) => Math.floor(a / b),
} as const;
