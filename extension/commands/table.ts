// The commands. Adding one is adding a file here, its id in core/protocol/commands.ts, and its title in package.json.
import { benchmark } from './benchmark';
import { chooseDevice } from './choose-device';
import type { Command } from './command';
import { deleteRun } from './delete-run';
import { exportModel } from './export-model';
import { openExample } from './open-example';
import { restart } from './restart';
import { resumeRunCommand } from './resume-run';
import { revealRun } from './reveal-run';
import { runRecipe } from './run-recipe';
import { showLog } from './show-log';
import { showLatency, showMasks, showRun } from './show-views';
import { sparseTrain } from './sparse-train';
import { stopRunCommand } from './stop-run';

export const commandTable: readonly Command[] = [
  sparseTrain,
  runRecipe,
  stopRunCommand,
  resumeRunCommand,
  benchmark,
  showMasks,
  showLatency,
  showRun,
  exportModel,
  chooseDevice,
  revealRun,
  deleteRun,
  openExample,
  restart,
  showLog,
];
