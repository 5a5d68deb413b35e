// Names of the context keys; apart from the code that sets them, so that a test can compare them with package.json.

export const contextKeys = {
  /** A run of this window is running: shows the stop button of the runs tree. */
  liveRun: 'espalier.liveRun',
  /** A model was read exactly at least once: completes the walkthrough's second step. */
  modelSeen: 'espalier.modelSeen',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];
