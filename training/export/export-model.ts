// Hands a model back: writes it, reads it back, compares it with the checkpoint, and only then puts it in its place.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ExportResult } from '../../core/protocol/training-host';
import type { Framework, ModelGraph } from '../../core/graph/model-graph';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import { differenceOf } from './difference';
import { headBytes, type Subject } from './format';
import type { FormatContext } from './formats/context';
import { formatFor } from './formats/table';
import { kerasLoadScript } from './keras-load-script';
import { isOurScript, loadScript, type ModelSource } from './load-script';
import { show, verify } from './verify';
import { refuseForeign, stageAll } from './write-file';

export interface ExportModelRequest extends FormatContext, Pick<Subject, 'model'> {
  readonly masks?: Subject['masks'];
  readonly grids?: Subject['grids'];
  /** A key of the table of formats. */
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

/** Rejects with one line, and leaves what was at the destination as it was, when anything is wrong. */
export async function exportModel(request: ExportModelRequest): Promise<ExportResult> {
  const { model, inputs, inputsAre = 'samples', predict, masks = new Map(), grids = new Map() } = request;
  const format = formatFor(request.format, model, request);
  const file = fileFor(request.destination, format.extension, model);
  const checkpoint: Subject = { model, masks, grids };
  const subject = format.prepare?.(checkpoint) ?? checkpoint;
  const stem = file.slice(0, -format.extension.length);
  const script = scriptFor(request, file);
  const isOurs = (head: Uint8Array) => format.isOurs(head);
  const written = [...format.write(subject)].map(([ending, bytes]) => ({
    place: stem + ending,
    ending,
    bytes,
  }));
  // One of an earlier export that has no counterpart now would say something about another model.
  const stale = (format.sidecars ?? []).map((ending) => stem + ending);
  for (const place of new Set([...written.map((one) => one.place), ...stale]))
    await refuseForeign(place, isOurs, headBytes);
  if (script) await refuseForeign(script.file, isOurScript, headBytes);

  // All are on disk before any takes its place, so that a full disk leaves no half of an export. The file that
  // everyone opens comes last: where it is, all that belongs to it is.
  const files = [...(script ? [{ place: script.file, bytes: script.bytes }] : []), ...written.toReversed()];
  const staging = await stageAll(files);
  try {
    const back = await Promise.all(
      written.map(async ({ place, ending }) => [ending, await staging.get(place)!.read()] as const),
    );
    const outputs = await predict(subject.model, inputs);
    const maxDifference = verify(subject, outputs, await format.readBack(new Map(back), inputs));
    const rounding = subject === checkpoint ? '' : await roundingOf(checkpoint, outputs, request);
    for (const place of stale) if (!staging.has(place)) await rm(place, { force: true });
    for (const staged of staging.values()) await staged.commit();
    const count = inputs[0]?.shape[0] ?? 0;
    const hint = format.hint?.(file, model);
    return {
      files: [...written.map(({ place }) => place), ...(script ? [script.file] : [])],
      maxDifference,
      summary: `${path.basename(file)}: reloaded as ${format.label}, logits of ${count} ${inputsAre} differ by ${show(maxDifference)} at most${rounding}`,
      ...(hint === undefined ? {} : { hint }),
    };
  } catch (error) {
    for (const staged of staging.values()) await staged.discard();
    const [why] = (error as Error).message.split('\n');
    throw new Error(`${path.basename(file)} was not exported: ${why}`);
  }
}

/** How far what was rounded for the export is from the checkpoint. */
async function roundingOf(
  { model }: Subject,
  outputs: readonly TensorData[],
  { predict, inputs }: Pick<ExportModelRequest, 'predict' | 'inputs'>,
): Promise<string> {
  const { relative } = differenceOf(await predict(model, inputs), outputs);
  return `; rounding its weights moved them by ${show(relative)} of their size`;
}

function fileFor(destination: string, extension: string, { graph }: TrainedModel): string {
  if (destination.endsWith(extension)) return path.resolve(destination);
  return path.resolve(destination, `${fileName(graph)}${extension}`);
}

/** A name is free text in TF.js; keep what every file system takes. */
const fileName = ({ name }: ModelGraph): string =>
  name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '') || 'model';

/** Weights need the user's own model to be loaded into, and pruned ones other widths than it has. */
function scriptFor({ model, format, source }: ExportModelRequest, file: string) {
  const write = scripts[model.graph.framework];
  if (format !== 'safetensors' || !write) return undefined;
  const text = write(model, file, source);
  return { file: file.replace(/\.safetensors$/, '.load.py'), bytes: new TextEncoder().encode(text) };
}

const scripts: Partial<Record<Framework, typeof loadScript>> = {
  pytorch: loadScript,
  keras: kerasLoadScript,
};
