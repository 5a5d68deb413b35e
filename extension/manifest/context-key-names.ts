// Names of the context keys; apart from the code that sets them, so that a test can compare them with package.json.

export const contextKeys = {
  /** A run of this window is running: shows the stop button of the runs tree. */
  liveRun: 'espalier.liveRun',
  /** A model was read exactly at least once: completes the walkthrough's second step. */
  modelSeen: 'espalier.modelSeen',
  /** The model view follows a document: shows its commands, and another welcome text. */
  modelDocument: 'espalier.modelDocument',
  /** The model view shows only what cannot be pruned. */
  onlyUnprunable: 'espalier.onlyUnprunable',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];
