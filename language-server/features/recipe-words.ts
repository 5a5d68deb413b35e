// How a recipe's field is explained in hovers and completion.
import { bounds } from '../../core/recipe/check-field';
import type { Entry } from '../../core/recipe/schema';
import { weightFamilies } from '../../core/sparsity/patterns/families';

/** Several lines of markdown: what it is, then what may stand there. */
export function entryMarkdown(entry: Entry): string {
  if (entry.type === 'choice') {
    const choices = entry.choices.map(({ value, doc }) => `- \`${value}\`: ${doc}`).join('\n');
    return `${entry.doc}\n\n${choices}${entry.default === undefined ? '' : `\n\nDefault \`${entry.default}\``}`;
  }
  if (entry.type === 'pattern') {
    const known = weightFamilies().map(({ example, doc }) => `- \`${example}\`: ${doc}`);
    return `${entry.doc}\n\n${known.join('\n')}\n\nDefault \`${entry.default}\``;
  }
  const detail = entryDetail(entry);
  return detail ? `${entry.doc}\n\n${detail}` : entry.doc;
}

/** One line: type, bounds, unit, default. */
export function entryDetail(entry: Entry): string {
  switch (entry.type) {
    case 'section':
      return '';
    case 'integer':
    case 'number': {
      const unit = entry.unit === undefined ? '' : ` ${entry.unit}`;
      if (entry.min === entry.max) return `${entry.min}${unit}, its only value`;
      const kind = entry.type === 'integer' ? 'whole number ' : '';
      const usual = entry.isExample ? 'such as' : 'default';
      return `${kind}${bounds(entry)}${unit}, ${usual} ${entry.default}`;
    }
    case 'choice':
      return entry.default === undefined ? 'one of a list' : `default ${entry.default}`;
    case 'pattern':
      return `default ${entry.default}`;
    case 'flag':
      return `true or false, default ${entry.default}`;
    case 'list':
    case 'text':
      return entry.optional ? 'may be left out' : '';
  }
}
