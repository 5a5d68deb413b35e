// Elements in one expression. Text is always text: nothing here parses markup.

export type Child = Node | string | null | undefined | false;

/** Attributes only, and never `style`, which the page's policy refuses: classes, or `element.style` from code. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what an element holds. */
export const fill = (element: HTMLElement, ...children: readonly Child[]): void =>
  element.replaceChildren(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );

/** Writes text only where it changed, so that a live region does not repeat itself. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A cell of a table: numbers are right-aligned. */
export const cell = (content: Child, kind: 'number' | 'text' = 'text'): HTMLTableCellElement =>
  h('td', { class: kind === 'number' ? 'number' : undefined }, content);
