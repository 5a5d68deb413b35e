// Tables as text, RFC 4180: rows, their cells, the names of the columns.

/** Lines, but those within quotes belong together; empty ones are no rows. */
export function* records(
  text: string,
  file: string,
): Generator<{ readonly text: string; readonly number: number }> {
  let [held, quoted]: [string[], boolean] = [[], false];
  let number = 0;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    number++;
    held.push(line);
    if (line.split('"').length % 2 === 0) quoted = !quoted;
    if (quoted) continue;
    if (held.some((each) => each.trim() !== ''))
      yield { text: held.join('\n'), number: number + 1 - held.length };
    held = [];
  }
  if (held.length > 0)
    throw new Error(`${file} has a quote in line ${number - held.length + 1} that is never closed`);
}

/** RFC 4180: cells in quotes may hold the delimiter, and doubled quotes. */
export function cells(line: string, delimiter: string): string[] {
  const out: string[] = [];
  let [cell, quoted] = ['', false];
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted && c === '"' && line[i + 1] === '"') cell += line[++i]!;
    else if (c === '"') quoted = !quoted;
    else if (c === delimiter && !quoted) {
      out.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  return [...out, cell.trim()];
}

/** Commas, semicolons or tabs: what the first line has. */
export const delimiterOf = (head: string): string =>
  [',', ';', '\t'].find((each) => head.includes(each)) ?? ',';

/** Names in the first row; none where there is no row. @param text the file, or its beginning with the whole row. */
export function columnsOf(text: string, file: string): string[] {
  const [head] = records(text, file);
  return head ? cells(head.text, delimiterOf(head.text)) : [];
}
