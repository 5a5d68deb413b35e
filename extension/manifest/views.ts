// Ids of the tree views and of the webview panels; package.json declares the same.
import type { ViewKind } from '../../core/protocol/webview';

export const views = {
  container: 'espalier',
  model: 'espalier.model',
  runs: 'espalier.runs',
  walkthrough: 'espalier.start',
} as const;

/** VS Code's name for each kind of panel, which it writes down to bring panels back after a reload. */
export const panelTypes: Readonly<Record<ViewKind, string>> = {
  mask: 'espalier.mask',
  latency: 'espalier.latency',
  run: 'espalier.run',
  compare: 'espalier.compare',
};

/** The editor of binary model files, and the files that it opens. */
export const modelFileEditor = 'espalier.modelFile';
export const modelFilePatterns = ['*.onnx', '*.safetensors'] as const;
