// The table of a model file: only the rows in sight are in the page, and the arrow keys go through all of them.
import type { ModelFileRow } from '../../core/analysis/model-file';
import { fill, h } from '../ui/dom';
import { type Column, leastWidth } from './columns';
import type { Order } from './rows';

/** Pixels; the style sheet has the same. */
const rowHeight = 26;
/** Rows beyond the edges that are drawn already, so that scrolling shows no gap. */
const margin = 12;

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly onSort: (column: Column) => void;
  readonly onSelect: (row: ModelFileRow | undefined) => void;
}

export class ModelTable {
  readonly element: HTMLElement;
  private readonly head: HTMLElement;
  private readonly body: HTMLElement;
  private readonly space: HTMLElement;
  private rows: readonly ModelFileRow[] = [];
  private selected = -1;
  private frame = 0;

  constructor(private readonly options: TableOptions) {
    const { columns } = options;
    this.head = h('div', { class: 'grid-row head', role: 'row' });
    this.space = h('div', { class: 'space', role: 'presentation' });
    this.body = h('div', { class: 'body', role: 'presentation' }, this.space);
    this.element = h(
      'div',
      { class: 'model-table', role: 'grid', tabindex: 0, 'aria-label': 'Layers', 'aria-readonly': 'true' },
      h('div', { role: 'rowgroup', class: 'head-group' }, this.head),
      this.body,
    );
    const template = columns
      .map(({ least, grow }) => (grow > 0 ? `minmax(${least}px, ${grow}fr)` : `${least}px`))
      .join(' ');
    this.element.style.setProperty('--columns', template);
    this.element.style.setProperty('--least-width', `${leastWidth(columns)}px`);
    this.element.addEventListener('scroll', () => this.draw());
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(rows: readonly ModelFileRow[], order: Order | undefined): void {
    const kept = this.rows[this.selected];
    this.rows = rows;
    this.selected = kept ? rows.findIndex(({ path }) => path === kept.path) : -1;
    this.element.setAttribute('aria-rowcount', String(rows.length + 1));
    this.space.style.height = `${rows.length * rowHeight}px`;
    fill(this.head, ...this.options.columns.map((column) => this.header(column, order)));
    this.options.onSelect(this.rows[this.selected]);
    this.draw();
  }

  private header(column: Column, order: Order | undefined): HTMLElement {
    const sorted = order?.column === column.id ? order : undefined;
    const button = h(
      'button',
      { type: 'button', class: 'sort', tabindex: -1 },
      column.title,
      h('span', { class: 'arrow', 'aria-hidden': 'true' }, sorted ? (sorted.descending ? ' ↓' : ' ↑') : ''),
    );
    button.addEventListener('click', () => this.options.onSort(column));
    const direction = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
    return h('div', { role: 'columnheader', 'aria-sort': direction, class: column.kind }, button);
  }

  /** Once a frame at most. */
  private draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const first = Math.max(0, Math.floor(this.element.scrollTop / rowHeight) - margin);
      const count = Math.ceil(this.element.clientHeight / rowHeight) + 2 * margin;
      const shown = this.rows.slice(first, first + count).map((row, i) => this.row(row, first + i));
      fill(this.space, ...shown);
      const active = this.selected >= 0 ? `row-${this.selected}` : '';
      if (active !== '' && document.getElementById(active))
        this.element.setAttribute('aria-activedescendant', active);
      else this.element.removeAttribute('aria-activedescendant');
    });
  }

  private row(row: ModelFileRow, index: number): HTMLElement {
    const isSelected = index === this.selected;
    const cells = this.options.columns.map((column) => {
      const text = column.text(row);
      const hint = column.hint?.(row);
      return h(
        'div',
        { role: 'gridcell', class: `${column.kind} ${column.id}`, title: hint === '' ? undefined : hint },
        text,
      );
    });
    const attributes = {
      id: `row-${index}`,
      role: 'row',
      'aria-rowindex': index + 2,
      'aria-selected': String(isSelected),
    };
    const element = h('div', { class: `grid-row${isSelected ? ' selected' : ''}`, ...attributes }, ...cells);
    element.style.top = `${index * rowHeight}px`;
    element.addEventListener('click', () => this.select(index));
    return element;
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 2);
    const last = this.rows.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.selected + 1,
      ArrowUp: this.selected - 1,
      PageDown: this.selected + page,
      PageUp: this.selected - page,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey || last < 0) return;
    event.preventDefault();
    this.select(Math.min(last, Math.max(0, to)));
  }

  private select(index: number): void {
    this.selected = index;
    this.options.onSelect(this.rows[index]);
    // The header covers the first row's height of what is scrolled.
    const top = index * rowHeight;
    const room = this.element.clientHeight - 2 * rowHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top > this.element.scrollTop + room) this.element.scrollTop = top - room;
    this.draw();
  }
}
