// How every view begins: it asks for its state, keeps its folder, and says in words what goes wrong.
import type { ShownState, PageKind } from '../../core/protocol/webview';
import { fill, h } from './dom';
import { host, keep } from './host';
import './base.css';

export type StateOf<K extends PageKind> = Extract<ShownState, { readonly view: K }>;

/** Shows `kind` in the page; `show` builds it, and is called again when the view asks for its state again. */
export function start<K extends PageKind>(
  kind: K,
  show: (root: HTMLElement, state: StateOf<K>) => void,
): void {
  const root = document.getElementById('view')!;
  root.classList.add(`${kind}-view`);
  void load(root, kind, show);
}

async function load<K extends PageKind>(
  root: HTMLElement,
  kind: K,
  show: (root: HTMLElement, state: StateOf<K>) => void,
): Promise<void> {
  root.setAttribute('aria-busy', 'true');
  try {
    show(root, await ask(kind));
  } catch (error) {
    const retry = h('button', { class: 'link', type: 'button' }, 'Try again');
    retry.addEventListener('click', () => void load(root, kind, show));
    fill(root, errorBox(`This view could not be shown: ${reasonOf(error)}`, retry));
  }
  root.removeAttribute('aria-busy');
}

/** The state of this view as the extension has it now. */
export async function ask<K extends PageKind>(kind: K): Promise<StateOf<K>> {
  const state = await host.call('view/ready', {}, { timeout: 60_000 });
  if (state.view !== kind) throw new Error(`a ${kind} view was told to show a ${state.view} view`);
  if (state.folder !== undefined) keep({ folder: state.folder });
  return state as StateOf<K>;
}

export const errorBox = (text: string, ...more: readonly Node[]): HTMLElement =>
  h('div', { class: 'error', role: 'alert' }, h('span', {}, text), ...more);

/** A heading and a sentence where there is nothing to draw. */
export const emptyState = (heading: string, sentence: string, ...more: readonly Node[]): HTMLElement =>
  h('div', { class: 'empty' }, h('h2', {}, heading), h('p', {}, sentence), ...more);

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
