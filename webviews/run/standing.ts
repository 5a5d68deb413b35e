// How a run stands: its state, its place in the steps, and the numbers of now.
import { durationWords } from '../../core/duration-words';
import type { RunProgress } from '../../core/protocol/training-host';
import { metricText, metricTitle } from '../../core/runs/metric-words';
import type { RunRecord } from '../../core/runs/run-record';
import { h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import type { Metrics } from './metrics';
import { statusWords } from './words';

const names = ['Loss', 'Train accuracy', 'Test accuracy', 'Sparsity', 'Trained for'] as const;

/** Which of them is called as the run's own metric. */
const tested = names.indexOf('Test accuracy');

export class Standing {
  readonly element: HTMLElement;
  private readonly state = h('strong', { class: 'state' });
  private readonly place = h('span', { class: 'quiet' });
  private readonly left = h('span', { class: 'quiet left' });
  private readonly fill = h('div');
  private readonly bar: HTMLElement;
  private readonly values = names.map(() => h('dd', {}, '–'));
  private readonly facts: readonly HTMLElement[];
  private readonly terms = names.map((name) => h('dt', { class: 'quiet' }, name));

  constructor() {
    this.bar = h(
      'div',
      { class: 'progress', role: 'progressbar', 'aria-label': 'Training', 'aria-valuemin': 0 },
      this.fill,
    );
    this.facts = names.map((_, i) => h('div', {}, this.terms[i], this.values[i]));
    this.element = h(
      'section',
      { class: 'standing', 'aria-label': 'State of the run' },
      h('div', { class: 'line' }, this.state, this.place, h('span', { class: 'spacer' }), this.left),
      this.bar,
      h('dl', { class: 'facts' }, ...this.facts),
    );
  }

  show(record: RunRecord, metrics: Metrics, progress: RunProgress | undefined): void {
    const running = record.status === 'running';
    // The record of a live run is as old as its last checkpoint; its metrics are not.
    const step = running ? (progress?.step ?? metrics.last?.step ?? record.step) : record.step;
    const total = progress?.totalSteps ?? record.totalSteps;
    setText(this.state, statusWords[record.status]);
    this.state.dataset['status'] = record.status;
    const phase = running ? (progress?.phase ?? metrics.last?.phase) : undefined;
    setText(this.place, `step ${step} of ${total}${phase ? `, ${phase} phase` : ''}`);
    setText(this.left, progress ? `about ${durationWords(progress.etaSeconds)} left` : '');
    this.fill.style.width = `${total > 0 ? Math.min(100, (step / total) * 100) : 0}%`;
    this.bar.setAttribute('aria-valuemax', String(total));
    this.bar.setAttribute('aria-valuenow', String(step));
    this.bar.classList.toggle('hidden', record.status === 'finished');

    const last = metrics.last;
    const at = last?.step ?? 0;
    const text = (value: number | undefined, words: (value: number) => string) =>
      value === undefined ? '–' : words(value);
    const texts = [
      text(metrics.valueAt('loss', at), significant),
      text(metrics.valueAt('trainAccuracy', at), percent),
      text(metrics.headlineValue, (value) => metricText(metrics.headline, value)),
      text(last?.density, (density) => percent(1 - density)),
      text(record.result?.seconds ?? last?.seconds, durationWords),
    ];
    // Detectors have no right answers to count in training.
    const counts = metrics.length === 0 || metrics.series('trainAccuracy').xs.length > 0;
    this.facts[names.indexOf('Train accuracy')]!.classList.toggle('hidden', !counts);
    setText(this.terms[tested]!, metricTitle(metrics.headline));
    texts.forEach((value, i) => setText(this.values[i]!, value));
  }
}
