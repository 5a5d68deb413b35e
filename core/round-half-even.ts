// Rounding as tensor libraries and Python have it.

/** As IEEE 754 and every tensor library round: a half goes to the even neighbour. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
