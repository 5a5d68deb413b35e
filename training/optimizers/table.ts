// The optimizers that a recipe can name, each with its framework's defaults.
import type { Parameters } from '../executor/parameters';
import { Adam } from './adam';
import type { Decay, Optimizer } from './optimizer';
import { Sgd, type SgdOptions } from './sgd';

export type OptimizerName = 'adam' | 'adamw' | 'sgd';

export interface OptimizerOptions extends Decay, SgdOptions {}

export type MakeOptimizer = (
  parameters: Parameters,
  learningRate: number,
  options: OptimizerOptions,
) => Optimizer;

export const optimizers: Readonly<Record<OptimizerName, MakeOptimizer>> = {
  adam: (parameters, rate, options) => new Adam(parameters, rate, options),
  adamw: (parameters, rate, { weightDecay = 0.01, ...options }) =>
    new Adam(parameters, rate, { ...options, weightDecay, decoupled: true }),
  sgd: (parameters, rate, options) => new Sgd(parameters, rate, options),
};
