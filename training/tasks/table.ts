// The tasks by the kind of targets that data has. Adding one is adding a file here.
import type { ModelGraph } from '../../core/graph/model-graph';
import type { TrainingSpec } from '../../core/recipe/recipe';
import type { Dataset, TargetSpec } from '../data/dataset';
import type { Task, TaskKind } from '../trainer/task';
import { classification } from './classification';
import { detection } from './detection';
import { language } from './language';

const all: readonly TaskKind[] = [classification, language, detection];

export const tasks: ReadonlyMap<TargetSpec['kind'], TaskKind> = new Map(all.map((task) => [task.kind, task]));

/** What a model learns from data. Throws one line when it cannot. */
export function taskOf(graph: ModelGraph, data: Dataset, training: Partial<TrainingSpec> = {}): Task {
  const task = tasks.get(data.targets.kind);
  if (!task) throw new Error(`there is no task for ${data.name}: its targets are ${data.targets.kind}`);
  return task.of(graph, data, training);
}
