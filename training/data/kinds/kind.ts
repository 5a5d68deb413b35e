// What a kind of data is: how a recipe's `data` section becomes a dataset. One file each, listed in table.ts.
import type { DataSpec } from '../../../core/recipe/recipe';
import type { Dataset, InputSpec } from '../dataset';

export interface Place {
  /** Where relative paths start. */
  readonly baseFolder: string;
  /** What the model takes, channels last: images are brought to its size. */
  readonly wanted: readonly InputSpec[];
  /** Only so many samples of each split will be looked at. */
  readonly few?: number;
  /** Where the worker that decodes images lies; without it they are decoded between the steps. */
  readonly distDir?: string;
}

export interface DataKind<Kind extends DataSpec['kind'] = DataSpec['kind']> {
  readonly id: Kind;
  /** Rejects with one line that names the file or folder, what is wrong, and what to do. */
  load(spec: Extract<DataSpec, { kind: Kind }>, place: Place): Promise<Dataset>;
}
