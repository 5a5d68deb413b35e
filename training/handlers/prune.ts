// Answers `prune/run`.
import { pruneModel } from '../sparsity/prune-model';
import type { HostContext, HostHandlers } from './context';

export function pruneHandlers(context: HostContext): HostHandlers<'prune/run'> {
  const tell = (done: number, what: string) => context.notify('prune/progress', { done, what });
  return { 'prune/run': (request, signal) => pruneModel(request, context, tell, signal) };
}
