// transformers' model families, built from their configuration classes, beside transformers itself.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { askPython, evaluate, folderOf } from './ask-python';
import type { Case, Corpus } from './corpus';
import { otherModels, textModels } from './transformers-models';

/** What real models and traced ones are run with: two, so that no batch is taken for a dimension of one. */
const batch = 2;

/** `clip | CLIPModel | CLIPConfig(projection_dim=16) | input_ids 16, pixel_values 3 32 32`. */
function caseOf(line: string): Case {
  const [id = '', model = '', config = '', inputs = ''] = line.split(' | ');
  const configs = [...new Set(config.match(/\w+Config(?=\()/g))];
  const text = [
    `from transformers import ${[...configs, model].join(', ')}`,
    '',
    `config = ${config}`,
    `model = ${model}(config)`,
    '',
  ].join('\n');
  const named = inputs.split(', ').map((input): [string, number[]] => {
    const [name = '', ...sizes] = input.split(' ');
    return [name, [batch, ...sizes.map(Number)]];
  });
  return { id, file: `${id}.py`, text, model: 'model', inputs: Object.fromEntries(named) };
}

const cases = [textModels, otherModels].flatMap((table) => table.trim().split('\n')).map(caseOf);

const versionOf = (folder: string) =>
  `import torch, pathlib, re; text = pathlib.Path(${JSON.stringify(folder)}, 'transformers/__init__.py').read_text(); ` +
  `print('transformers', re.search('__version__ = "(.*)"', text)[1], 'on torch', torch.__version__)`;

export const transformers: Corpus = {
  id: 'transformers',
  title: 'transformers, shrunk configurations',
  goals: { count: 0.9 },

  async load(environment) {
    const [folder, installed] = [
      await folderOf(environment, 'transformers'),
      await folderOf(environment, 'torch'),
    ];
    if (!folder || !installed)
      return `${environment.python} has no transformers (its sources' folder goes into ESPALIER_PYTHONPATH)`;
    const version = (await evaluate(environment, versionOf(folder))) ?? 'transformers';
    return {
      version,
      cases,
      packages: [declared(), folder, installed],
      facts: (asked) => askPython({ environment, script: 'transformers-facts.py', version }, asked),
    };
  },
};

/** transformers refuses to start without these; sources alone do not bring them along. See transformers-facts.py. */
function declared(): string {
  const folder = path.join(process.cwd(), '.cache/frontends/site-packages');
  for (const name of ['huggingface_hub-0.26.0', 'safetensors-0.4.5']) {
    mkdirSync(path.join(folder, `${name}.dist-info`), { recursive: true });
  }
  return folder;
}
