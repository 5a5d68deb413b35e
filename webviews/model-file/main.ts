// The view of a model file: its layers and tensors, what they cost, and how sparse they are already.
import type { ModelFileModel } from '../../core/analysis/model-file';
import { fill, h, setText } from '../ui/dom';
import { keep, kept } from '../ui/host';
import { emptyState, start, type StateOf } from '../ui/start';
import { dropdown } from '../ui/toolkit';
import { columnsOf } from './columns';
import { details } from './details';
import { measuring } from './measuring';
import { matching, nextOrder, type Order, ordered } from './rows';
import { ModelTable } from './table';
import './model-file.css';

function show(root: HTMLElement, { title, models }: StateOf<'model-file'>): void {
  const [first] = models;
  if (!first) return fill(root, emptyState(title, 'There is no model in this file.'));
  let shown = models;
  let chosen = keptText('model', first.name);
  const modelNow = (): ModelFileModel => shown.find(({ name }) => name === chosen) ?? shown[0]!;
  let query = keptText('query', '');
  let order = keptOrder();

  const line = h('p', { class: 'quiet' });
  const notes = h('div', { class: 'notes quiet' });
  const aside = h('div', { class: 'aside' });
  const count = h('span', { class: 'quiet count', role: 'status' });
  const place = h('div', { class: 'table-place' });

  const columns = () => columnsOf(modelNow());
  let table = newTable();
  function newTable(): ModelTable {
    const made = new ModelTable({
      columns: columns(),
      onSort(column) {
        order = nextOrder(order, column);
        keep({ order });
        refresh();
      },
      onSelect: (row) => fill(aside, row ? details(row) : null),
    });
    fill(place, made.element);
    return made;
  }

  function refresh(): void {
    const model = modelNow();
    setText(line, model.line);
    fill(notes, ...model.notes.map((note) => h('p', {}, note)));
    const rows = ordered(matching(model.rows, columns(), query), columns(), order);
    setText(
      count,
      query.trim() === '' ? `${model.rows.length} layers` : `${rows.length} of ${model.rows.length}`,
    );
    table.show(rows, order);
  }

  const filter = h('input', {
    type: 'search',
    class: 'filter',
    placeholder: 'Filter layers',
    'aria-label': 'Filter layers',
  });
  filter.value = query;
  filter.addEventListener('input', () => {
    query = filter.value;
    keep({ query });
    refresh();
  });
  const picker =
    models.length > 1
      ? dropdown(
          'Model',
          models.map(({ name }) => ({ id: name, name })),
          modelNow().name,
          (name) => {
            chosen = name;
            keep({ model: name });
            table = newTable();
            refresh();
          },
        )
      : null;
  const notice = measuring(models, (measured) => {
    shown = measured;
    refresh();
  });

  const titles = h('div', { class: 'titles' }, h('h1', {}, title), line, notes);
  const header = h('header', {}, titles, h('div', { class: 'actions' }, picker, count, filter));
  fill(root, h('div', { class: 'model-file' }, header, notice, place, aside));
  refresh();
}

function keptText(key: string, fallback: string): string {
  const value = kept()[key];
  return typeof value === 'string' ? value : fallback;
}

/** Written by another version of us, it may be anything; a column that does not exist sorts nothing. */
function keptOrder(): Order | undefined {
  const order = kept()['order'] as Partial<Order> | null | undefined;
  return typeof order?.column === 'string'
    ? { column: order.column, descending: order.descending === true }
    : undefined;
}

start('model-file', show);
