// Why a command cannot run now: said to people as it is. Any other error is ours, and comes with the log.

export class Explanation extends Error {
  override readonly name = 'Explanation';

  /** `remedy` is a button that mends it. */
  constructor(
    message: string,
    readonly remedy?: { readonly title: string; readonly command: string },
  ) {
    super(message);
  }
}
