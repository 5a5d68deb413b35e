// Gives everything else that waits (requests, timers, signals) its turn.

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
