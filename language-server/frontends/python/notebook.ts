// A notebook as Python: its code cells one after another, line for line, with what only IPython understands taken out.

/** Cell magics after which the rest of the cell is Python; after any other it is another language. */
const pythonMagics = /^%%(?:time|timeit|capture|prun|memit|mprun)\b/;
const magic = /^\s*[%!](?=[\w(./])/;
const assigned = /^(\s*[\w., ]+=\s*)[%!](?=\w)/;
const help = /^\s*(?:\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$/;

/** The Python of one cell: as many lines, each as far to the right as it was. */
export function cellPython(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const foreign = /^%%/.test(lines[0] ?? '') && !pythonMagics.test(lines[0]!);
  if (foreign) return lines.map(() => '#').join('\n');
  let continued = false;
  return lines
    .map((line, i) => {
      if (continued) {
        continued = line.endsWith('\\');
        return '#';
      }
      const out = (i === 0 && line.startsWith('%%')) || magic.test(line) || help.test(line);
      // A shell command goes on where its line ends in a backslash.
      continued = out && line.endsWith('\\');
      if (out) return `${/^\s*/.exec(line)![0]}pass`;
      return line.replace(assigned, (_, head: string) => `${head}None  #`);
    })
    .join('\n');
}

export const notebookPython = (cells: readonly string[]): string => cells.map(cellPython).join('\n');

/** The Python of a notebook file. Throws one line for what is none. */
export function notebookFilePython(json: string): string {
  const { cells } = JSON.parse(json) as { cells?: unknown };
  if (!Array.isArray(cells)) throw new Error('this is no notebook: it has no cells');
  return notebookPython(
    cells.flatMap((cell: { cell_type?: unknown; source?: unknown } | null) => {
      if (cell?.cell_type !== 'code') return [];
      const { source } = cell;
      return [Array.isArray(source) ? source.join('') : typeof source === 'string' ? source : ''];
    }),
  );
}

export const isNotebook = (file: string): boolean => /\.ipynb$/i.test(file);
