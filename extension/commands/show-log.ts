// "Show Log".
import { commands } from '../../core/protocol/commands';
import { log } from '../log';
import type { Command } from './command';

export const showLog: Command = {
  id: commands.showLog,
  run() {
    log().show(true);
    return Promise.resolve();
  },
};
