// Reads Ultralytics-style YOLO model files: YAML rows of modules, one model for each scale that is meant.
import type { Frontend, TraceRequest, TraceResult, TracedModel } from '../frontend';
import { activationOf } from './activation';
import { readComment, type Said } from './comment';
import { FileReader, type FileRow, type ModelFile } from './model-file';
import { BadRow, buildNetwork } from './network';
import type { Settings } from './place';
import { type ScaledModel, scaledModels } from './scales';

export function createYoloFrontend(): Frontend {
  return {
    id: 'yolo-yaml',
    handles: (file, text) =>
      /(?<!\.espalier)\.ya?ml$/i.test(file) && /^backbone\s*:/m.test(text) && /^head\s*:/m.test(text),
    trace(request, signal) {
      signal.throwIfAborted();
      return Promise.resolve(read(request));
    },
    dispose: () => Promise.resolve(),
  };
}

function read({ file, text }: TraceRequest): TraceResult {
  const reader = new FileReader(file, text);
  const content = reader.read();
  const whole = content && reader.diagnostics.length === 0 ? content : undefined;
  const models = whole ? build(file, whole, readComment(text), reader) : [];
  return { models, diagnostics: reader.diagnostics };
}

function build(file: string, content: ModelFile, said: Said, reader: FileReader): TracedModel[] {
  const models: TracedModel[] = [];
  const reported = new Set<FileRow>();
  for (const target of scaledModels(file, content, said.scale)) {
    const settings = settingsOf(content, target, reader);
    if (!settings) return [];
    const notes: string[] = [];
    const unknown = (row: FileRow) => {
      const what = `${row.module} is not known to Espalier; its output is taken to be as its input`;
      notes.push(`row ${content.rows.indexOf(row)}: ${what}`);
      if (!reported.has(row)) reader.report(what, row.range, 'warning');
      reported.add(row);
    };
    try {
      const input = said.input ?? defaultInput(content);
      const graph = buildNetwork(content.rows, { ...target, settings, input, unknown });
      models.push({ graph, source: target.scale?.range ?? content.rows[0]!.range, notes });
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      // Every scale breaks at the same row, for the same reason.
      if (!reported.has(error.row)) reader.report(error.message, error.row.range);
      reported.add(error.row);
    }
  }
  return models;
}

/** Sizes that these networks are published for: detection at 640, classification at 224. */
function defaultInput({ rows, settings }: ModelFile): readonly [number, number, number] {
  const size = rows.at(-1)?.module === 'Classify' ? 224 : 640;
  const channels = settings.get('ch')?.value ?? settings.get('channels')?.value;
  return [
    typeof channels === 'number' && Number.isInteger(channels) && channels > 0 ? channels : 3,
    size,
    size,
  ];
}

/** Undefined, with a diagnostic, where a key holds something else than it must. */
function settingsOf(
  { settings, rows }: ModelFile,
  { scale }: ScaledModel,
  reader: FileReader,
): Settings | undefined {
  const nc = settings.get('nc');
  const classes = nc?.value ?? 80;
  if (nc && !(typeof classes === 'number' && Number.isInteger(classes) && classes > 0)) {
    reader.report('nc is not a number of classes', nc.range);
    return undefined;
  }
  const expression = settings.get('activation');
  const activation = activationOf(expression?.value);
  if (!activation) {
    reader.report('activation is not one that Espalier knows, such as nn.SiLU()', expression!.range);
    return undefined;
  }
  const points = settings.get('kpt_shape')?.value;
  const [count, values] = Array.isArray(points) ? (points as unknown[]) : [];
  return {
    nc: Number(classes),
    keypoints:
      Number.isInteger(count) && Number.isInteger(values) ? [Number(count), Number(values)] : [17, 3],
    activation: activation.is,
    plainClassifier: !rows.some(({ module }) => module === 'C3k2'),
    deepC3k2: scale !== undefined && 'mlx'.includes(scale.name),
  };
}
