// The commands of the command line, in the order in which help lists them.
import type { Command } from '../command';
import { analyzeCommand } from './analyze';
import { benchmarkCommand } from './benchmark';
import { demoCommand } from './demo';
import { devicesCommand } from './devices';
import { exportCommand } from './export';
import { pruneCommand } from './prune';
import { runsCommand } from './runs';
import { scalingLawCommand } from './scaling-law';
import { sensitivityCommand } from './sensitivity';
import { trainCommand } from './train';

export const commands: readonly Command[] = [
  analyzeCommand,
  trainCommand,
  runsCommand,
  scalingLawCommand,
  benchmarkCommand,
  exportCommand,
  pruneCommand,
  sensitivityCommand,
  devicesCommand,
  demoCommand,
];
