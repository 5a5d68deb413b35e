// Questions one after another, with a way back. No `vscode` here: the questions bring it.

/** What a step answers: the answers so far with its own, a wish to go back, or nothing when people gave up. */
export type StepAnswer<A> = { readonly kind: 'next'; readonly answers: A } | 'back' | undefined;

export interface StepPosition {
  /** From 1. */
  readonly step: number;
  readonly total: number;
  /** Whether there is a question to go back to. */
  readonly canGoBack: boolean;
}

export interface Step<A> {
  /** Leaves the question out, given what is known: it is asked anew after a step back. */
  skip?(answers: A): boolean;
  ask(answers: A, at: StepPosition): Promise<StepAnswer<A>>;
}

export const next = <A>(answers: A): StepAnswer<A> => ({ kind: 'next', answers });

/** All answers, or undefined when people gave up. Going back forgets what the question left answered. */
export async function runSteps<A>(initial: A, steps: readonly Step<A>[]): Promise<A | undefined> {
  const asked: { readonly index: number; readonly before: A }[] = [];
  let answers = initial;
  let index = 0;
  while (index < steps.length) {
    const step = steps[index]!;
    if (step.skip?.(answers)) {
      index++;
      continue;
    }
    const rest = steps.slice(index).filter((later) => !later.skip?.(answers)).length;
    const position = { step: asked.length + 1, total: asked.length + rest, canGoBack: asked.length > 0 };
    const answer = await step.ask(answers, position);
    if (answer === undefined) return undefined;
    if (answer === 'back') {
      const last = asked.pop();
      if (last) ({ index, before: answers } = last);
      continue;
    }
    asked.push({ index, before: answers });
    answers = answer.answers;
    index++;
  }
  return answers;
}
