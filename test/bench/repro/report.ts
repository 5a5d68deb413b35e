// What a reproduction comes to: the table of arms, and each claim with the numbers that decide it. Markdown.
import type { Column, Reproduction, Results } from './reproduction';
import { mean, spread } from './reproduction';

export function armsTable({ arms, columns }: Reproduction, results: Results): string[] {
  const head = ['arm', 'seeds', ...columns.map(({ title }) => title)];
  const rows = arms
    .filter(({ id }) => results.seeds(id).length > 0)
    .map(({ id, title }) => [
      title,
      String(results.seeds(id).length),
      ...columns.map((column) => cell(column, results.some(id, column.key))),
    ]);
  return markdown(head, rows);
}

export function claimsTable({ claims }: Reproduction, results: Results): string[] {
  const rows = claims.map(({ text, kind, check }) => {
    const { holds, said } = tried(() => check(results));
    const verdict = kind === 'reported' ? 'reported' : holds ? 'holds' : '**does not hold**';
    return [text, kind, verdict, said];
  });
  return markdown(['claim', 'kind', 'verdict', 'numbers'], rows);
}

/** An arm that has not run decides nothing. */
function tried(check: () => { holds: boolean; said: string }): { holds: boolean; said: string } {
  try {
    return check();
  } catch (error) {
    return { holds: false, said: `not decided: ${(error as Error).message}` };
  }
}

function cell({ digits, percent }: Column, values: readonly number[]): string {
  if (values.length === 0) return '';
  const scale = percent ? 100 : 1;
  const text = (scale * mean(values)).toFixed(digits);
  const unit = percent ? ' %' : '';
  return values.length === 1 ? text + unit : `${text} ± ${(scale * spread(values)).toFixed(digits)}${unit}`;
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`),
];
