// Which literals of a source have to say what, so that its model has the widths of a smaller graph; or why none can.
import type { ModelGraph, SourceRange } from '../graph/model-graph';
import {
  evaluate,
  type Expression,
  type Literal,
  literalKey,
  literalsOf,
  type WrittenNumber,
} from '../graph/written';
import { type ChangingNumber, changingNumbers } from './numbers';
import { groupBy, named } from './words';

export interface LiteralEdit {
  readonly source: SourceRange;
  readonly from: number;
  readonly to: number;
}

/** What is in the way, in one line, and where. */
export interface Hindrance {
  readonly text: string;
  readonly source?: SourceRange;
}

export interface WidthPlan {
  readonly edits: readonly LiteralEdit[];
  readonly hindrances: readonly Hindrance[];
}

/**
 * Every number that is followed to literals is an equation: what the literals say has to come to what the smaller graph
 * has, also where that is what the dense one has. Literals alone are solved first, then sums and products of them.
 * Numbers that nobody could follow are not among the equations: whoever applies the plan reads the result to find out.
 */
export function planWidths(
  dense: ModelGraph,
  sparse: ModelGraph,
  written: readonly WrittenNumber[],
): WidthPlan {
  const numbers = changingNumbers(dense, sparse, written);
  const plan = new Plan(changesOf(dense, sparse));
  const hindrances = plan.alone(numbers.filter(isAlone));
  const compound = numbers.filter((number) => !isAlone(number));
  plan.together(compound);
  // One that is in conflict already says so; its sums would only say it again.
  const contested = ({ value }: ChangingNumber) => literalsOf(value).some(plan.isContested);
  const off = compound.filter((number) => !contested(number) && plan.valueOf(number.value) !== number.to);
  return { edits: plan.edits, hindrances: [...hindrances, ...offLines(off)] };
}

class Plan {
  private readonly said = new Map<string, { literal: Literal; to: number }>();
  private readonly contested = new Set<string>();

  /** @param changes `64 → 40` of all sizes that change: what a literal of a product is likely to say. */
  constructor(private readonly changes: ReadonlySet<string>) {}

  readonly isContested = (literal: Literal): boolean => this.contested.has(literalKey(literal));

  readonly valueOf = (expression: Expression): number =>
    evaluate(expression, (literal) => this.said.get(literalKey(literal))?.to ?? literal.value);

  get edits(): LiteralEdit[] {
    return [...this.said.entries()].flatMap(([key, { literal, to }]) =>
      to === literal.value || this.contested.has(key)
        ? []
        : [{ source: literal.source, from: literal.value, to }],
    );
  }

  /** Takes numbers that are a literal; the literals that would have to say two things. */
  alone(numbers: readonly (ChangingNumber & { readonly value: Literal })[]): Hindrance[] {
    const uses = groupBy(numbers, ({ value }) => literalKey(value));
    return [...uses].flatMap(([key, all]): Hindrance[] => {
      const [{ value: literal, to }] = all as [(typeof all)[number]];
      this.said.set(key, { literal, to });
      if (all.every((number) => number.to === to)) return [];
      this.contested.add(key);
      return [{ text: `${literal.value} is one number for ${named(all)}`, source: literal.source }];
    });
  }

  /** Takes sums and products: those with the fewest open literals first, because they may close others'. */
  together(numbers: readonly ChangingNumber[]): void {
    let open = numbers.map((number) => ({ number, free: this.freeIn(number) }));
    while (open.length > 0) {
      open = open
        .map(({ number }) => ({ number, free: this.freeIn(number) }))
        .sort((a, b) => a.free.length - b.free.length);
      const { number, free } = open.shift()!;
      if (this.valueOf(number.value) === number.to) continue;
      const found = free.flatMap((literal) => this.solved(number, literal) ?? []);
      const likely = found.find(({ literal, to }) => this.changes.has(`${literal.value} → ${to}`));
      const chosen = likely ?? found.sort((a, b) => b.literal.value - a.literal.value)[0];
      if (chosen) this.said.set(literalKey(chosen.literal), chosen);
    }
  }

  private freeIn({ value }: ChangingNumber): Literal[] {
    return literalsOf(value).filter((literal) => !this.said.has(literalKey(literal)));
  }

  /** What one literal has to say when all others stay: as if the expression were linear in it, or proportional, and tried. */
  private solved({ value, to }: ChangingNumber, literal: Literal) {
    const key = literalKey(literal);
    const given = (said: number) =>
      evaluate(value, (other) =>
        literalKey(other) === key ? said : (this.said.get(literalKey(other))?.to ?? other.value),
      );
    const now = given(literal.value);
    const slope = now - given(literal.value - 1);
    const guesses = [literal.value + (to - now) / slope, (literal.value * to) / now].map(Math.round);
    const found = guesses.find((guess) => Number.isInteger(guess) && guess > 0 && given(guess) === to);
    return found === undefined ? undefined : { literal, to: found };
  }
}

const isAlone = (number: ChangingNumber): number is ChangingNumber & { readonly value: Literal } =>
  number.value.kind === 'literal';

function changesOf(dense: ModelGraph, sparse: ModelGraph): Set<string> {
  const changes = new Set<string>();
  for (const { name, shape } of Object.values(dense.params))
    shape.forEach((size, axis) => changes.add(`${size} → ${sparse.params[name]?.shape[axis] ?? size}`));
  return changes;
}

/** One line for each place of a computed width. */
function offLines(numbers: readonly ChangingNumber[]): Hindrance[] {
  const placeOf = ({ value }: ChangingNumber) => literalsOf(value).map(literalKey).join();
  return [...groupBy(numbers, placeOf).values()].map((all) => {
    const literals = literalsOf(all[0]!.value);
    const values = literals.map(({ value }) => value).join(', ');
    return {
      text: `${named(all)} is computed from ${values}, of which none can make it so`,
      source: literals[0]!.source,
    };
  });
}
