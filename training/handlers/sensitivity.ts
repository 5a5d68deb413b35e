// Answers `sensitivity/run`.
import { modelSensitivity } from '../sparsity/sensitivity-model';
import type { HostContext, HostHandlers } from './context';

export function sensitivityHandlers(context: HostContext): HostHandlers<'sensitivity/run'> {
  const tell = (done: number, what: string) => context.notify('prune/progress', { done, what });
  return { 'sensitivity/run': (request, signal) => modelSensitivity(request, context, tell, signal) };
}
