// Detection folders as YOLO's tools write them: images/ and labels/ beside each other, maybe with a data.yaml.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { BoxSplit, type BoxImage } from '../box-split';
import type { Dataset, Skipped } from '../dataset';
import { listFolder, readData } from '../files';
import { fingerprintOf } from '../fingerprint';
import { holdOut } from '../hold-out';
import { FileSplit } from '../image-files';
import type { DataKind } from './kind';

const extensions = /\.(png|jpe?g)$/i;

export const yolo: DataKind<'yolo'> = {
  id: 'yolo',
  async load(spec, { baseFolder, wanted: [input] }): Promise<Dataset> {
    const folder = path.resolve(baseFolder, spec.folder);
    const shape = input?.shape;
    if (shape?.length !== 3 || shape[2] !== 3)
      throw new Error(
        `the model takes ${shape?.join('×') ?? 'no input'}, a detector takes height × width × 3`,
      );
    const said = await describe(folder);
    const skipped: Skipped[] = [];
    const train = await collect(within(folder, said.train), skipped);
    const held = said.val === undefined ? undefined : await collect(within(folder, said.val), skipped);
    if (train.length === 0 || held?.length === 0)
      throw new Error(
        `${folder} holds no images with labels to train and test on${skipped[0] ? `; ${skipped[0].name}: ${skipped[0].why}` : ''}`,
      );
    const [first, second] = held ? [train, held] : divided(train, spec.test, folder);
    const highest = highestClass([...first, ...second]);
    if (highest < 0)
      throw new Error(
        `${folder} has no boxes: each image needs a .txt file of its name below labels, as images/1.jpg has labels/1.txt`,
      );
    const names = said.names ?? Array.from({ length: highest + 1 }, (_, i) => String(i));
    if (highest >= names.length)
      throw new Error(`${folder} has boxes of class ${highest}, but data.yaml names ${names.length} classes`);
    const size = [shape[0]!, shape[1]!] as const;
    return {
      name: `detection images in ${path.basename(folder)} (${first.length} + ${second.length}, ${names.length} classes)`,
      kind: 'yolo',
      inputs: [{ shape, dtype: 'float32' }],
      targets: { kind: 'boxes', classes: names.length, names },
      train: new BoxSplit(first, size, { mosaic: spec.mosaic, flip: spec.flip }, skipped),
      test: new BoxSplit(second, size, undefined, skipped),
      hash: fingerprintOf(
        [...first, ...second].flatMap(({ name, stamp, boxes }) => [`${name} ${stamp}\n`, boxes]),
      ),
      skipped,
    };
  },
};

function highestClass(images: readonly BoxImage[]): number {
  let highest = -1;
  for (const { boxes } of images)
    for (let i = 0; i < boxes.length; i += 5) highest = Math.max(highest, boxes[i]!);
  return highest;
}

interface Described {
  readonly train: string;
  readonly val: string | undefined;
  readonly names: readonly string[] | undefined;
}

async function describe(folder: string): Promise<Described> {
  const file = ['data.yaml', 'dataset.yaml']
    .map((name) => path.join(folder, name))
    .find((each) => existsSync(each));
  const found: unknown = file ? parseYaml((await readData(file)).toString('utf8'), file) : {};
  const said = (typeof found === 'object' && found ? found : {}) as Record<string, unknown>;
  const names = said['names'];
  const list = Array.isArray(names)
    ? names
    : typeof names === 'object' && names
      ? Object.values(names)
      : undefined;
  const place = (key: string) =>
    typeof said[key] === 'string' ? said[key].replace(/^\.\.\//, '') : undefined;
  const usual = (name: string) =>
    existsSync(path.join(folder, 'images', name)) ? `images/${name}` : undefined;
  return {
    train: place('train') ?? usual('train') ?? 'images',
    val: place('val') ?? usual('val') ?? usual('test'),
    names: list?.map((name) => String(name)),
  };
}

/** A data.yaml that came with a folder has no say over other folders. */
function within(folder: string, named: string): string {
  const full = path.resolve(folder, named);
  const away = path.relative(folder, full);
  if (away === '..' || away.startsWith(`..${path.sep}`) || path.isAbsolute(away))
    throw new Error(`data.yaml in ${folder} names ${named}, which is outside of that folder`);
  return full;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message.split('\n')[0]!}`);
  }
}

async function collect(folder: string, skipped: Skipped[]): Promise<BoxImage[]> {
  const found: BoxImage[] = [];
  for (const entry of (await listFolder(folder)).filter((e) => !e.isFolder && extensions.test(e.name))) {
    const file = path.join(folder, entry.name);
    const looked = await FileSplit.look(file, 0);
    const boxes = 'why' in looked ? looked : await boxesOf(file);
    if ('why' in boxes) skipped.push({ name: entry.name, why: boxes.why });
    else if ('stamp' in looked)
      found.push({ name: entry.name, stamp: looked.stamp, boxes, load: () => readData(file), file });
  }
  return found;
}

/** The text file of the same name below `labels`; an image without one has no boxes. */
async function boxesOf(image: string): Promise<Float32Array | { readonly why: string }> {
  const at = image.lastIndexOf(`${path.sep}images${path.sep}`);
  const beside = at < 0 ? image : `${image.slice(0, at)}${path.sep}labels${image.slice(at + 7)}`;
  const file = beside.replace(extensions, '.txt');
  if (!existsSync(file)) return new Float32Array();
  const rows: number[] = [];
  for (const [i, line] of (await readData(file)).toString('utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const numbers = line.trim().split(/\s+/).map(Number);
    const [kind = -1, ...box] = numbers;
    const sound =
      numbers.length === 5 && Number.isInteger(kind) && kind >= 0 && box.every((v) => v >= 0 && v <= 1);
    if (!sound)
      return {
        why: `line ${i + 1} of its labels is ${line.slice(0, 60)}; class x y width height are wanted, 0 to 1`,
      };
    rows.push(...numbers);
  }
  return Float32Array.from(rows);
}

function divided(all: readonly BoxImage[], share: number, folder: string): [BoxImage[], BoxImage[]] {
  const { train, test } = holdOut(all.length, Math.round(all.length * share), folder);
  return [[...train].map((i) => all[i]!), [...test].map((i) => all[i]!)];
}
