// What another process rejected with, in its own words.

/** JSON-RPC's library puts a preface before them that is of no use to people. */
export function plainError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(message.replace(/^Request \S+ failed with message: /, ''));
}
