// The scaling law of a loss in the size of a model and the tokens it was trained on, as a value.

/** What grows. */
export type Quantity = 'parameters' | 'tokens';

/** One finished run, as the law sees it. */
export interface Observation {
  readonly parameters: number;
  readonly tokens: number;
  readonly loss: number;
}

/** `coefficient · x^−exponent`: what is lost because the model is small, or because it saw little. */
export interface Term {
  readonly of: Quantity;
  /** In units of the loss, at x = 1. */
  readonly coefficient: number;
  readonly exponent: number;
}

/**
 * L(N, D) = E + A·N^−α + B·D^−β (Hoffmann et al. 2022, arXiv 2203.15556, equation 2). A quantity that does not vary
 * between runs has no term: its share is in E.
 */
export interface Law {
  /** E, in units of the loss: what neither size nor tokens take away. */
  readonly floor: number;
  readonly terms: readonly Term[];
}

export type Place = Readonly<Record<Quantity, number>>;

export const lossAt = ({ floor, terms }: Law, place: Place): number =>
  terms.reduce((sum, term) => sum + termAt(term, place), floor);

export const termAt = ({ of, coefficient, exponent }: Term, place: Place): number =>
  coefficient * place[of] ** -exponent;
