// torchvision's builders, beside torchvision itself.
import { askPython, evaluate } from './ask-python';
import type { Case, Corpus } from './corpus';

const sizes: Readonly<Record<string, number>> = { inception_v3: 299 };

const textOf = (name: string, input: readonly number[]): string =>
  [
    `from torchvision.models import ${name}`,
    '',
    `# espalier: model model input=(${input.join(', ')})`,
    `model = ${name}(weights=None${/^(googlenet|inception)/.test(name) ? ', init_weights=False' : ''})`,
    '',
  ].join('\n');

const versions =
  "import torch, torchvision; print(f'torchvision {torchvision.__version__} on torch {torch.__version__}')";
const folder =
  'import torchvision, pathlib; print(pathlib.Path(torchvision.__file__).resolve().parent.parent)';
const builders = 'import torchvision.models as m; print(" ".join(m.list_models(module=m)))';

export const torchvisionClassification: Corpus = {
  id: 'torchvision-classification',
  title: 'torchvision, classification',
  goals: { count: 1, names: 1, shapes: 1 },

  async load(environment) {
    const version = await evaluate(environment, versions);
    const [packages, names] = [await evaluate(environment, folder), await evaluate(environment, builders)];
    if (!version || !packages || !names)
      return `${environment.python} has no torchvision (Debian: python3-torchvision)`;
    const cases = names.split(' ').map((name): Case => {
      const size = sizes[name] ?? 224;
      const input = [1, 3, size, size];
      return { id: name, file: `${name}.py`, text: textOf(name, input), model: 'model', input };
    });
    return {
      version,
      cases,
      packages: [packages],
      facts: (asked) => askPython({ environment, script: 'torch-facts.py', version }, asked),
    };
  },
};
