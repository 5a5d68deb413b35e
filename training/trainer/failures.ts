// Why a run ends early, in one line: what happened, what to do, and what is left of it.

/** @param kept which checkpoint is left. */
export function unsaved(step: number, why: string, kept: string): string {
  const mend = /read-only|denied/.test(why) ? 'make the folder writable' : 'make room';
  return `step ${step} could not be saved: ${why}; ${kept}: ${mend}, then resume`;
}

/** @param what is no number: `the loss is`. */
export const diverged = (what: string, step: number, rate: number, kept: string): string =>
  `${what} no longer a number at step ${step} (learning rate ${rate.toPrecision(2)}): lower training.learningRate; ${kept}`;

export function tooLarge(
  step: number,
  device: string,
  { samples, accumulate }: { readonly samples: number; readonly accumulate: number },
  kept: string,
): string {
  const advice =
    samples > 1
      ? `try training.batch ${Math.floor(samples / 2)}, or training.accumulate ${Math.min(2 * accumulate, samples)} for the same steps with less memory`
      : 'one sample a step is too much already: try another device or a smaller model';
  return `step ${step} needed more memory than ${device} has; ${advice}; ${kept}`;
}

export const noRoomToTest = (step: number, device: string, kept: string): string =>
  `testing after step ${step} needed more memory than ${device} has; try another device or a smaller model; ${kept}`;
