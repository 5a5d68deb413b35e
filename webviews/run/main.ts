// The run view: training as it happens, and what came of it.
import type { RunProgress } from '../../core/protocol/training-host';
import type { ViewKind } from '../../core/protocol/webview';
import { expectedHeadline } from '../../core/runs/headline';
import type { RunRecord } from '../../core/runs/run-record';
import { fill, h } from '../ui/dom';
import { host } from '../ui/host';
import { ask, errorBox, reasonOf, start, type StateOf } from '../ui/start';
import { button } from '../ui/toolkit';
import { RunCharts } from './charts';
import { Feed } from './feed';
import { Metrics } from './metrics';
import { metricsTable } from './metrics-table';
import { resultTable } from './result-table';
import { Standing } from './standing';
import { canResume, notice, subtitle } from './words';
import './run.css';

class RunView {
  private record: RunRecord;
  private readonly title: string;
  private progress: RunProgress | undefined;
  private readonly metrics: Metrics;
  private readonly feed: Feed;
  private readonly charts: RunCharts;
  private readonly standing = new Standing();
  private readonly actions = h('div', { class: 'actions' });
  private readonly notices = h('div', { class: 'notice' });
  private readonly result = h('div', { class: 'notice' });
  private readonly subtitle = h('p', { class: 'quiet' });
  /** What a button has asked for and is not yet done. */
  private asked: 'stop' | 'resume' | undefined;
  private shownActions = '';

  constructor(root: HTMLElement, { title, record, metrics }: StateOf<'run'>) {
    this.record = record;
    this.title = title;
    this.metrics = new Metrics(expectedHeadline(record.recipe));
    const pull = (from: number) => host.call('run/metrics', { from }, { timeout: 60_000 });
    this.feed = new Feed(this.metrics, metrics, pull, () => this.refresh());
    this.charts = new RunCharts(this.metrics, record.totalSteps);
    fill(
      root,
      h(
        'div',
        { class: 'page' },
        h('header', {}, h('div', { class: 'titles' }, h('h1', {}, title), this.subtitle), this.actions),
        this.notices,
        this.standing.element,
        this.result,
        this.charts.element,
        metricsTable(this.metrics),
      ),
    );
    this.showRecord();
    host.on('run/progress', (progress) => this.progressed(progress));
    host.on('run/ended', (ended) => void this.ended(ended.record));
  }

  private progressed(progress: RunProgress): void {
    this.progress = progress;
    if (this.record.status !== 'running') {
      // Resumed, from here or elsewhere.
      this.record = { ...this.record, status: 'running' };
      this.asked = undefined;
      this.showRecord();
      void this.feed.restart();
    } else {
      void this.feed.pull();
    }
    this.refresh();
  }

  private async ended(record: RunRecord): Promise<void> {
    this.record = record;
    this.progress = undefined;
    this.asked = undefined;
    this.showRecord();
    await this.feed.pull();
  }

  /** Numbers and charts. */
  private refresh(): void {
    this.charts.refresh(this.progress?.totalSteps ?? this.record.totalSteps);
    this.standing.show(this.record, this.metrics, this.progress);
  }

  /** What the record says beside numbers: notices, buttons, result. */
  private showRecord(): void {
    const { record } = this;
    this.subtitle.textContent = subtitle(record, this.title);
    const text = notice(record);
    fill(
      this.notices,
      text && (record.status === 'failed' ? errorBox(text) : h('p', { class: 'hint' }, text)),
    );
    fill(this.result, record.result && resultTable(record.result));
    this.showActions();
    this.refresh();
  }

  private showActions(): void {
    const { status } = this.record;
    const wanted = `${status} ${this.asked ?? ''}`;
    if (wanted === this.shownActions) return;
    this.shownActions = wanted;
    const buttons = [];
    if (status === 'running') {
      const stop = button(this.asked === 'stop' ? 'Stopping…' : 'Stop', {
        onClick: () => void this.act('stop'),
      });
      stop.disabled = this.asked !== undefined;
      stop.title = 'Stops after this step and a checkpoint';
      buttons.push(stop);
    }
    if (canResume(status)) {
      const text = this.asked === 'resume' ? 'Resuming…' : 'Resume';
      const resume = button(text, { appearance: 'primary', onClick: () => void this.act('resume') });
      resume.disabled = this.asked !== undefined;
      buttons.push(resume);
    }
    if (status === 'finished') {
      const open = (view: ViewKind) => () =>
        void host.call('view/open', { view }).catch((error) => this.fail(error));
      buttons.push(
        button('Masks', { onClick: open('mask') }),
        button('Latency', { onClick: open('latency') }),
      );
    }
    fill(this.actions, ...buttons);
  }

  private async act(what: 'stop' | 'resume'): Promise<void> {
    if (this.asked) return;
    this.asked = what;
    this.showActions();
    try {
      await host.call(what === 'stop' ? 'run/stop' : 'run/resume', {});
      // The ending or the first progress says so too, and sooner; this also holds where neither comes.
      const { record } = await ask('run');
      this.asked = undefined;
      if (record.status !== this.record.status) this.progress = undefined;
      this.record = record;
      this.showRecord();
    } catch (error) {
      this.asked = undefined;
      this.showRecord();
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    fill(this.notices, errorBox(reasonOf(error)));
  }
}

start('run', (root, state) => void new RunView(root, state));
