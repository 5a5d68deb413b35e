// Everything a command may need, made once at activation. Parts are light until they are used.
import type { ExtensionContext } from 'vscode';
import type { LanguageServer } from './language-client/language-server';
import type { ModelTree } from './model-view/tree';
import type { LiveRuns } from './runs/live-runs';
import type { Run } from './runs/run';
import type { RunStore } from './runs/run-store';
import type { TrainingHost } from './training-host/training-host';
import type { Panels } from './views/panels';

export interface App {
  readonly context: ExtensionContext;
  readonly languageServer: LanguageServer;
  readonly trainingHost: TrainingHost;
  /** Run folders on disk, and which of them this window is training. */
  readonly runs: RunStore;
  readonly live: LiveRuns;
  /** What is selected in the tree of runs. */
  readonly selectedRuns: () => readonly Run[];
  readonly panels: Panels;
  readonly modelTree: ModelTree;
}
