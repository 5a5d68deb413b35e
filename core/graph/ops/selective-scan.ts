// The selective scan of state space models (Mamba: Gu & Dao 2023, arXiv 2312.00752, algorithm 2).
import type { OpDef } from '../op';
import { elements, formatShape, isBatch, sameDim, type Shape, ShapeError } from '../shape';

/** The axes of u, Δ, A, B, C and of the result, by name: batch, channels, length, state. */
export const scanAxes = { terms: ['bdl', 'bdl', 'dn', 'bnl', 'bnl'], output: 'bdl' } as const;

/**
 * Inputs: u and Δ (batch × channels × length), A (channels × state), B and C (batch × state × length). Output y as u:
 *   h_t = exp(Δ_t A) h_{t−1} + Δ_t B_t u_t,  y_t = Σ_n C_t h_t,  h_{−1} = 0.
 * What models add around it (softplus of Δ, D·u, the gate) are ops of their own. No attributes.
 */
export const selectiveScan: OpDef = {
  kind: 'selectiveScan',
  couple: 'scan',
  shape(inputs) {
    const all = scanAxes.terms.map((term, i) => inputs[i]?.length === term.length && inputs[i]);
    if (inputs.length !== 5 || !all.every((shape) => shape !== false) || !fit(inputs))
      throw new ShapeError(
        `a selective scan needs u and Δ of one shape N×D×L, A of D×S, B and C of N×S×L, not ${inputs.map(formatShape).join(', ')}`,
      );
    return [inputs[0]!];
  },
  // Of each state: what is left of it and what comes in, what goes in, and what is read out.
  macs: ({ inputs: [u, , a] }) => 2 * elements(u!) * stateOf(a!),
  // Δ·A and its exponential, Δ·u·B.
  flops: ({ inputs: [u, , a] }) => elements(u!) * (3 * stateOf(a!) + 1),
};

const stateOf = (a: Shape): number => (typeof a[1] === 'number' ? a[1] : 1);

function fit(inputs: readonly Shape[]): boolean {
  const sizes = new Map<string, Shape[number]>();
  return scanAxes.terms.every((term, i) =>
    [...term].every((name, axis) => {
      const size = inputs[i]![axis]!;
      if (name === 'n' && isBatch(size)) return false;
      const known = sizes.get(name);
      if (known === undefined) sizes.set(name, size);
      return known === undefined || sameDim(known, size);
    }),
  );
}
