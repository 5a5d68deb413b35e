// The frontends, in the order in which they are asked whether a file is theirs. Adding one is a folder and a line here.
import type { TfjsModel } from '../../core/protocol/training-host';
import type { Frontend } from './frontend';
import { createPythonFrontend } from './python/frontend';
import { createOnnxFrontend } from './onnx/frontend';
import { createSafetensorsFrontend } from './safetensors/frontend';
import { createTfjsFrontend } from './tfjs/frontend';
import { createTfjsJsonFrontend } from './tfjs-json/frontend';
import { createYoloFrontend } from './yolo-yaml/frontend';

export interface FrontendOptions {
  /** Folder of the bundles and of `vendor/`. */
  readonly distDir: string;
  /** Loads a TF.js file where its code may run; rejects with one line where it may not. */
  readonly loadTfjs: (file: string, text: string) => Promise<readonly TfjsModel[]>;
  /** How long one trace may take. The frontends know defaults. */
  readonly deadlineMs?: number;
  /** How much memory the Python sandbox may take. */
  readonly memoryMb?: number;
  /** Where what was read of installed packages is kept between sessions; nowhere when left out. */
  readonly cacheDir?: string;
}

export function createFrontends({ loadTfjs, ...options }: FrontendOptions): readonly Frontend[] {
  return [
    createPythonFrontend(options),
    createTfjsFrontend({ load: loadTfjs }),
    createTfjsJsonFrontend(),
    createYoloFrontend(),
    createSafetensorsFrontend(),
    createOnnxFrontend(),
  ];
}
