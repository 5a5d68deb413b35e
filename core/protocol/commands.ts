// The commands people and lenses can run, by id, with what each takes. package.json declares the same; a test compares.

export const commands = {
  sparseTrain: 'espalier.sparseTrain',
  runRecipe: 'espalier.runRecipe',
  stopRun: 'espalier.stopRun',
  resumeRun: 'espalier.resumeRun',
  benchmark: 'espalier.benchmark',
  showMasks: 'espalier.showMasks',
  showLatency: 'espalier.showLatency',
  showRun: 'espalier.showRun',
  compareRuns: 'espalier.compareRuns',
  openTensorBoard: 'espalier.openTensorBoard',
  exportModel: 'espalier.exportModel',
  writeWidths: 'espalier.writeWidths',
  chooseDevice: 'espalier.chooseDevice',
  installGpuBackend: 'espalier.installGpuBackend',
  revealRun: 'espalier.revealRun',
  deleteRun: 'espalier.deleteRun',
  openExample: 'espalier.openExample',
  openWalkthrough: 'espalier.openWalkthrough',
  toggleShapes: 'espalier.toggleShapes',
  revealInModelView: 'espalier.revealInModelView',
  copyLayerPath: 'espalier.copyLayerPath',
  filterUnprunable: 'espalier.filterUnprunable',
  showAllLayers: 'espalier.showAllLayers',
  choosePythonEnvironment: 'espalier.choosePythonEnvironment',
  restart: 'espalier.restart',
  showLog: 'espalier.showLog',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

/** What lenses pass to `sparseTrain`, `benchmark`, `showMasks`, `exportModel`; from the palette it is asked for. */
export interface ModelTarget {
  readonly uri: string;
  readonly model: string;
}

/** What the runs tree and views pass to commands that act on one run. */
export interface RunTarget {
  readonly folder: string;
}
