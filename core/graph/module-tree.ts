// What a trace saw beside the graph: the framework's own tree of modules, and which lines of the user's call them.
import type { SourceRange } from './model-graph';
import type { Shape } from './shape';

/** A module of the model, container or layer. */
export interface ModuleTrace {
  /** `layer1.0`; empty for the model itself. */
  readonly path: string;
  /** The class, as the framework or the user calls it. */
  readonly type: string;
  /** The line that built it. */
  readonly source?: SourceRange;
}

/** One place in the user's code that calls modules: `self.conv1(x)`, or `layer(x)` in a loop over many. */
export interface CallTrace {
  readonly source: SourceRange;
  /** The modules that are called here, in order of their first call. */
  readonly paths: readonly string[];
  /** What the first call gave. */
  readonly outputs: readonly Shape[];
  /** A later call gave other shapes. */
  readonly varies: boolean;
}
