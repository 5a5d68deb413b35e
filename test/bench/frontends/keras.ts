// keras.applications' builders, beside Keras itself.
import { askPython, evaluate } from './ask-python';
import type { Case, Corpus } from './corpus';

const textOf = (name: string): string =>
  [
    `from keras.applications import ${name}`,
    '',
    `# espalier: model model`,
    `model = ${name}(weights=None)`,
    '',
  ].join('\n');

const entrance = 'import importlib.util; print(importlib.util.find_spec("keras").origin)';
/** Public functions that begin with a capital, as the package's own interface lists them. Read, not run. */
const builders = `
import ast, importlib.util, pathlib, re
root = pathlib.Path(importlib.util.find_spec('keras').origin).parent
for place in ('api/applications', 'applications'):
    file = root / place / '__init__.py'
    if file.exists():
        files = file.parent.rglob('__init__.py')
        found = {a.asname or a.name for f in files for n in ast.walk(ast.parse(f.read_text())) if isinstance(n, ast.ImportFrom) for a in n.names}
        print(' '.join(sorted(name for name in found if name[:1].isupper())))
        break
`;
const versions = `
import importlib.util, pathlib, re
root = pathlib.Path(importlib.util.find_spec('keras').origin).parent
print('Keras ' + re.search(r'__version__ = "([^"]+)"', (root / 'src/version.py').read_text()).group(1))
`;

export const kerasApplications: Corpus = {
  id: 'keras-applications',
  title: 'keras.applications',
  goals: { count: 1, names: 1, shapes: 1 },

  async load(environment) {
    const version = await evaluate(environment, versions);
    const [init, names] = [await evaluate(environment, entrance), await evaluate(environment, builders)];
    if (!version || !init || !names)
      return `${environment.python} finds no keras; say where it is in ESPALIER_PYTHONPATH`;
    const cases = names
      .split(' ')
      .map((name): Case => ({ id: name, file: `${name}.py`, text: textOf(name), model: 'model' }));
    return {
      version,
      cases,
      packages: [init.replace(/\/keras\/__init__\.py$/, '')],
      facts: (asked) => askPython({ environment, script: 'keras-facts.py', version }, asked),
    };
  },
};
