// Merges bursts of requests for the same action: one runs, at most one waits, everyone's promise is honoured.

/** A call during a run waits for one further run that begins after it; calls in between share that run. */
export function coalesce(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    running = action().finally(() => (running = undefined));
    return running;
  };
  return () => {
    if (queued) return queued;
    if (!running) return begin();
    queued = running
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return begin();
      });
    return queued;
  };
}
