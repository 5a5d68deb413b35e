// How often a process may crash before it stays down: bounded, so that a bad install does not loop for ever.

export interface CrashPolicy {
  /** Notes a crash at `now` (ms) and answers whether the process may start again by itself. */
  mayRestart(now: number): boolean;
  /** A person asked for the restart: what was before no longer counts. */
  forgive(): void;
}

/** At most `crashes` within `minutes`. VS Code's own habit is 4 in 3 minutes; ours traces code that people are still writing. */
export function crashPolicy(crashes: number, minutes: number): CrashPolicy {
  let times: number[] = [];
  return {
    mayRestart(now) {
      times = [...times.filter((time) => now - time < minutes * 60_000), now];
      return times.length <= crashes;
    },
    forgive() {
      times = [];
    },
  };
}
