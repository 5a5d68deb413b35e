// How sparse a weight is that already has values.

export interface ValueFacts {
  readonly elements: number;
  readonly zeros: number;
  /**
   * Groups of four along the inputs, as 2:4 counts them, and how many of them hold two zeros or more. Absent where no
   * groups can be made.
   */
  readonly groups?: { readonly all: number; readonly sparse: number };
  /** Whole outputs and whole inputs that are zero; for a vector both count its zeros. Absent where there are too many. */
  readonly zeroOutputs?: number;
  readonly zeroInputs?: number;
}

/** Whether a weight can run as 2:4 just as it is. A tensor of zeros alone can, but says nothing. */
export const isTwoFour = ({ groups, zeros, elements }: ValueFacts): boolean =>
  groups !== undefined && groups.sparse === groups.all && zeros < elements;
