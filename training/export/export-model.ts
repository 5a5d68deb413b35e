// Hands a model back: writes it, reads it back, compares what it computes, and only then puts it in its place.
import path from 'node:path';
import type { ExportResult } from '../../core/protocol/training-host';
import type { Framework } from '../../core/graph/model-graph';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import { differenceOf } from './difference';
import { headBytes } from './format';
import { type FormatContext, formatFor } from './formats';
import { kerasLoadScript } from './keras-load-script';
import { isOurScript, loadScript, type ModelSource } from './load-script';
import { refuseForeign, stage } from './write-file';

export interface ExportModelRequest extends FormatContext {
  readonly model: TrainedModel;
  /** `safetensors` or `onnx`. */
  readonly format: string;
  /** A folder, which is created; or a file, when it ends in the format's extension. */
  readonly destination: string;
  /** A batch of real inputs, one tensor for each of the graph's inputs. */
  readonly inputs: readonly TensorData[];
  /** What they are, for the summary: `samples` by default. */
  readonly inputsAre?: string;
  /** Where the model's class or factory is, for the script that loads it. */
  readonly source?: ModelSource;
}

/** float32 in another order of summation differs by about 1e-6; an export that is wrong by a layer, by far more than this. */
const tolerance = 1e-4;

/** Rejects with one line, and leaves what was at the destination as it was, when anything is wrong. */
export async function exportModel(request: ExportModelRequest): Promise<ExportResult> {
  const { model, inputs, inputsAre = 'samples' } = request;
  const format = formatFor(request.format, model, request);
  const file = fileFor(request.destination, format.extension, model);
  const script = scriptFor(request, file);
  await refuseForeign(file, (head) => format.isOurs(head), headBytes);
  if (script) await refuseForeign(script.file, isOurScript, headBytes);

  const staged = await stage(file, format.write(model));
  try {
    const expected = await request.predict(model, inputs);
    const { absolute, relative } = differenceOf(expected, await format.readBack(await staged.read(), inputs));
    if (relative > tolerance)
      throw new Error(
        `read back, its outputs differ by ${show(relative)} of their size, more than ${show(tolerance)}`,
      );
    // Both are on disk before either takes its place, so that a full disk leaves no half of an export.
    const beside = script && (await stage(script.file, new TextEncoder().encode(script.text)));
    await staged.commit();
    await beside?.commit();
    const samples = inputs[0]?.shape[0] ?? 0;
    return {
      files: script ? [file, script.file] : [file],
      maxDifference: absolute,
      summary: `${path.basename(file)}: reloaded as ${format.label}, logits of ${samples} ${inputsAre} differ by ${show(absolute)} at most`,
    };
  } catch (error) {
    await staged.discard();
    const [why] = (error as Error).message.split('\n');
    throw new Error(`${path.basename(file)} was not exported: ${why}`);
  }
}

const show = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

function fileFor(destination: string, extension: string, { graph }: TrainedModel): string {
  if (destination.endsWith(extension)) return path.resolve(destination);
  // A name is free text in TF.js; keep what every file system takes.
  const name = graph.name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '') || 'model';
  return path.resolve(destination, `${name}${extension}`);
}

/** Weights need the user's own model to be loaded into, and pruned ones other widths than it has. */
function scriptFor({ model, format, source }: ExportModelRequest, file: string) {
  const write = scripts[model.graph.framework];
  if (format !== 'safetensors' || !write) return undefined;
  return { file: file.replace(/\.safetensors$/, '.load.py'), text: write(model, file, source) };
}

const scripts: Partial<Record<Framework, typeof loadScript>> = {
  pytorch: loadScript,
  keras: kerasLoadScript,
};
