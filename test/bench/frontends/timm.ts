// timm: one model of every architecture file, beside timm on real PyTorch.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askPython, evaluate, folderOf } from './ask-python';
import type { Case, Corpus } from './corpus';

/** Where the first entry point of a file is no small one, and running it would take gigabytes or minutes. */
const small: Readonly<Record<string, string>> = {
  byobnet: 'gernet_s',
  convmixer: 'convmixer_768_32',
  crossvit: 'crossvit_9_240',
  efficientnet: 'efficientnet_b0',
  eva: 'eva02_tiny_patch14_224',
  hieradet_sam2: 'hieradet_small',
  mobilenetv5: 'mobilenetv5_base',
  nest: 'nest_tiny',
  pit: 'pit_ti_224',
  swin_transformer_v2: 'swinv2_tiny_window8_256',
  swin_transformer_v2_cr: 'swinv2_cr_tiny_224',
  vision_transformer_relpos: 'vit_relpos_small_patch16_224',
  vision_transformer_sam: 'samvit_base_patch16_224',
};

/** Models for images so large that running them takes minutes; they take smaller ones just as well. */
const smaller: Readonly<Record<string, readonly number[]>> = { gemma4_vit: [3, 256, 256] };

type Entry = readonly [name: string, input: readonly number[]];

const versions = "import torch, timm; print(f'timm {timm.__version__} on torch {torch.__version__}')";

export function timmCase(file: string, [name, input]: Entry): Case {
  const shape = [1, ...(smaller[file] ?? input)];
  const text = [
    `from timm.models.${file} import ${name}`,
    '',
    `# espalier: model model input=(${shape.join(', ')})`,
    `model = ${name}()`,
    '',
  ].join('\n');
  return { id: `${file} (${name})`, file: `${name}.py`, text, model: 'model', input: shape };
}

export const timm: Corpus = {
  id: 'timm',
  title: 'timm, one model of every architecture file',
  goals: { count: 0.95, shapes: 0.9 },

  async load(environment) {
    const version = await evaluate(environment, versions);
    const packages = await folderOf(environment, 'timm');
    const script = path.join(process.cwd(), 'test/bench/frontends/facts/timm-models.py');
    const listed = await evaluate(environment, readFileSync(script, 'utf8'));
    if (!version || !packages || !listed)
      return `${environment.python} has no timm; ESPALIER_PYTHONPATH may name the folder that holds it`;
    const files = Object.entries(JSON.parse(listed) as Record<string, Entry[]>);
    const cases = files.flatMap(([file, entries]) => {
      const entry = entries.find(([name]) => name === small[file]) ?? entries[0];
      return entry ? [timmCase(file, entry)] : [];
    });
    return {
      version,
      cases,
      packages: [packages],
      facts: (asked) => askPython({ environment, script: 'timm-facts.py', version }, asked),
    };
  },
};
