// Whether something can be done, as a value that carries its reason. Refusals are shown, never thrown.

/** Does a pattern apply to this shape? `reason` is one line for people, and says what to change where one can. */
export type Fit = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Does a target have a kernel (or a smaller dense shape) that turns the pattern into time at this shape? */
export type Verdict = { readonly engages: boolean; readonly reason: string };

export const fits: Fit = { ok: true };
export const misfit = (reason: string): Fit => ({ ok: false, reason });
