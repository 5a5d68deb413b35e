// Writes the comment that says what a model's input is, above its declaration.
import type { Fix } from './fix';

export const inputComment: Fix = ({ state, remark, model }) => {
  const said = /# espalier: model ([\w.]+\(.*?\)) input=(\([\d, ]+\))/.exec(remark.message);
  const shape = remark.fix?.kind === 'input' ? `(${remark.fix.shape.join(', ')})` : said?.[2];
  if (shape === undefined) return [];
  const line = model ? state.lineOf(model) : declarationOf(state, said?.[1]);
  if (line === undefined) return [];
  const name = model ? nameOf(state, model.report.graph.name, line) : said?.[1];
  if (name === undefined) return [];
  const comment = `# espalier: model ${name} input=${shape}`;
  const place = { line, character: 0 };
  const edit = { range: { start: place, end: place }, newText: `${comment}\n` };
  return [{ title: `Add ${comment}`, edits: [edit], preferred: true }];
};

type State = Parameters<Fix>[0]['state'];

/** A class or factory is called; an instance is not. A constructor that wants arguments gets those of its call. */
function nameOf(state: State, name: string, line: number): string {
  const declared = state.syntax?.facts?.declarations.find((candidate) => candidate.line === line);
  if (declared?.kind === 'variable') return name;
  const call = new RegExp(`\\b${name}\\(([^()\\n]*)\\)(?!\\s*:)`, 'g');
  const text = state.document.text.getText();
  const calls = [...text.matchAll(call)].filter(
    ({ index }) => !/(?:class|def)\s+$/.test(text.slice(0, index)),
  );
  return calls[0]?.[0] ?? `${name}()`;
}

function declarationOf(state: State, call: string | undefined): number | undefined {
  const name = call?.replace(/\(.*$/, '');
  return state.syntax?.facts?.declarations.find((candidate) => candidate.name === name)?.line;
}
