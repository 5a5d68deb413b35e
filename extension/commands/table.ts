// The commands. Adding one is adding a file here, its id in core/protocol/commands.ts, and its title in package.json.
import { type CommandId, commands } from '../../core/protocol/commands';
import { benchmark } from './benchmark';
import { chooseDevice } from './choose-device';
import { choosePythonEnvironment } from './choose-python-environment';
import type { Command } from './command';
import { compareRuns } from './compare-runs';
import { deleteRun } from './delete-run';
import { exportModel } from './export-model';
import { installGpuBackend } from './install-gpu-backend';
import { copyLayerPath, filterUnprunable, revealInModelView, showAllLayers } from './model-view';
import { openExample } from './open-example';
import { openTensorBoard } from './open-tensorboard';
import { openWalkthrough } from './open-walkthrough';
import { restart } from './restart';
import { resumeRunCommand } from './resume-run';
import { revealRun } from './reveal-run';
import { runRecipe } from './run-recipe';
import { showLog } from './show-log';
import { showLatency, showMasks, showRun } from './show-views';
import { sparseTrain } from './sparse-train';
import { stopRunCommand } from './stop-run';
import { toggleShapes } from './toggle-shapes';
import { writeWidths } from './write-widths';

export const commandTable: Readonly<Record<CommandId, Command>> = {
  [commands.sparseTrain]: sparseTrain,
  [commands.runRecipe]: runRecipe,
  [commands.stopRun]: stopRunCommand,
  [commands.resumeRun]: resumeRunCommand,
  [commands.benchmark]: benchmark,
  [commands.showMasks]: showMasks,
  [commands.showLatency]: showLatency,
  [commands.showRun]: showRun,
  [commands.compareRuns]: compareRuns,
  [commands.openTensorBoard]: openTensorBoard,
  [commands.exportModel]: exportModel,
  [commands.writeWidths]: writeWidths,
  [commands.chooseDevice]: chooseDevice,
  [commands.installGpuBackend]: installGpuBackend,
  [commands.revealRun]: revealRun,
  [commands.deleteRun]: deleteRun,
  [commands.openExample]: openExample,
  [commands.openWalkthrough]: openWalkthrough,
  [commands.toggleShapes]: toggleShapes,
  [commands.revealInModelView]: revealInModelView,
  [commands.copyLayerPath]: copyLayerPath,
  [commands.filterUnprunable]: filterUnprunable,
  [commands.showAllLayers]: showAllLayers,
  [commands.choosePythonEnvironment]: choosePythonEnvironment,
  [commands.restart]: restart,
  [commands.showLog]: showLog,
};
