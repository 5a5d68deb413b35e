// Every request that the host answers, put together from the files beside this one.
import type { TrainingHostRequests } from '../../core/protocol/training-host';
import type { RunQueue } from '../trainer/run-queue';
import { benchmarkHandlers } from './benchmark';
import type { HostContext, HostHandlers } from './context';
import { deviceHandlers } from './devices';
import { exportHandlers } from './export';
import { maskHandlers } from './masks';
import { pruneHandlers } from './prune';
import { recipeHandlers } from './recipes';
import { runHandlers } from './runs';
import { sensitivityHandlers } from './sensitivity';
import { tfjsHandlers } from './tfjs';

export const hostHandlers = (
  context: HostContext,
  queue: RunQueue,
): HostHandlers<keyof TrainingHostRequests> => ({
  ...deviceHandlers(context),
  ...recipeHandlers(context),
  ...runHandlers(queue),
  ...maskHandlers(),
  ...benchmarkHandlers(context),
  ...exportHandlers(context),
  ...pruneHandlers(context),
  ...sensitivityHandlers(context),
  ...tfjsHandlers(context),
});
