// The latency view: dense against sparse as measured on this machine, and nothing that was not measured.
import type { LatencyReport } from '../../core/runs/latency-report';
import { fill, h } from '../ui/dom';
import { dateTime } from '../ui/format';
import { kept } from '../ui/host';
import { emptyState, start, type StateOf } from '../ui/start';
import { layerTable } from './layer-table';
import { measuring } from './measuring';
import { total } from './total';
import './latency.css';

function show(root: HTMLElement, { title, report, engines }: StateOf<'latency'>): void {
  const body = h('div', { class: 'report' });
  const subtitle = h('div', { class: 'quiet' });
  let ends: { dispose(): void }[] = [];
  const showReport = (shown: LatencyReport | null) => {
    for (const end of ends) end.dispose();
    ends = [];
    fill(subtitle, ...(shown ? conditions(shown) : []));
    if (!shown) return fill(body, nothingMeasured(engines.length));
    const [whole, layers] = [total(shown), layerTable(shown)];
    ends = [whole, layers];
    fill(body, whole.element, layerSection(shown, layers.element));
  };
  const known = engines.some(({ id }) => id === kept()['engine']) ? String(kept()['engine']) : engines[0]?.id;
  const { controls, notice } = measuring(engines, known ?? '', showReport);
  const heading = h('div', { class: 'titles' }, h('h1', {}, title), subtitle);
  fill(
    root,
    h(
      'div',
      { class: 'page' },
      h('header', {}, heading, h('div', { class: 'actions' }, ...controls)),
      notice,
      body,
    ),
  );
  showReport(report);
}

/** Engine, machine and how it was measured: a time without these says nothing. */
function conditions({ engine, machine, batch, rounds, measured }: LatencyReport): HTMLElement[] {
  return [
    h('p', {}, `${engine} · batch ${batch} · ${rounds} interleaved rounds · ${dateTime(measured)}`),
    h('p', {}, machine),
  ];
}

function layerSection({ layers }: LatencyReport, table: HTMLElement): HTMLElement {
  return h(
    'section',
    {},
    h('h2', {}, 'Layers'),
    layers.length > 0
      ? h('div', { class: 'wide' }, table)
      : h('p', { class: 'quiet' }, 'This engine measures the whole model only.'),
    h(
      'p',
      { class: 'quiet note' },
      'Bars are medians, whiskers the 10th to 90th percentile of rounds that ran dense and sparse in turn. A ratio is shown only where its whole interval is above 1 and the engine has a faster way to run the layer. Layers are measured alone, so they need not add up to the whole model.',
    ),
  );
}

const nothingMeasured = (engines: number): HTMLElement =>
  emptyState(
    'Not measured yet',
    engines > 0
      ? 'Choose the engine that the model will run on and press Measure: dense and sparse run in turn on this machine, each layer and the whole.'
      : 'No engine can run here, so there is nothing to measure with. The devices command says what each one lacks.',
  );

start('latency', show);
