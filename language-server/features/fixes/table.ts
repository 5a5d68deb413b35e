// The quick fixes, in the order in which they are offered. Adding one is a file here and a line below.
import { batchNorm } from './batch-norm';
import type { Fix } from './fix';
import { inputComment } from './input-comment';
import { moduleList } from './module-list';
import { width } from './width';

export const fixes: readonly Fix[] = [width, batchNorm, inputComment, moduleList];
