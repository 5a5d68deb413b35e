// The commands of the command line, in the order in which help lists them.
import type { Command } from '../command';
import { analyzeCommand } from './analyze';
import { devicesCommand } from './devices';

export const commands: readonly Command[] = [analyzeCommand, devicesCommand];
