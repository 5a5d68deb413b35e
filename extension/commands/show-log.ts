// "Show Log".
import { log } from '../log';
import type { Command } from './command';

export const showLog: Command = {
  run() {
    log().show(true);
    return Promise.resolve();
  },
};
