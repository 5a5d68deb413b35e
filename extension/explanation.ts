// Why a command cannot run now: said to people as it is. Any other error is ours, and comes with the log.

export class Explanation extends Error {
  override readonly name = 'Explanation';
}
