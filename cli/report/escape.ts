// Text into HTML, safely: model and layer names come from people's files.
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character]!);

/** A template tag: interpolated strings are escaped, arrays are joined, `raw` passes through. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Raw | readonly Raw[])[]
): Raw {
  const text = parts.reduce((all, part, i) => all + part + (i < values.length ? render(values[i]!) : ''), '');
  return { raw: text };
}

export interface Raw {
  readonly raw: string;
}

export const raw = (text: string): Raw => ({ raw: text });

function render(value: string | number | Raw | readonly Raw[]): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'raw' in value ? value.raw : value.map((part) => part.raw).join('');
}
