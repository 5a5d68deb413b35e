// Measuring from the view: choose an engine, start, watch, cancel.
import type { LatencyReport } from '../../core/runs/latency-report';
import { fill, h, setText } from '../ui/dom';
import { host, keep } from '../ui/host';
import { errorBox, reasonOf } from '../ui/start';
import { button, type Choice, dropdown, progressRing } from '../ui/toolkit';

export interface Measuring {
  /** Engine and button, for the header. */
  readonly controls: readonly HTMLElement[];
  /** Progress, or what went wrong, below the header. */
  readonly notice: HTMLElement;
}

export function measuring(
  engines: readonly Choice[],
  chosen: string,
  onReport: (report: LatencyReport) => void,
): Measuring {
  let engine = chosen;
  let controller: AbortController | undefined;
  const picker = dropdown('Engine', engines, chosen, (id) => {
    engine = id;
    keep({ engine });
  });
  const measure = button('Measure', { appearance: 'primary', onClick: () => void run() });
  const cancel = button('Cancel', { onClick: () => controller?.abort() });
  const bar = h('div');
  const progress = h(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-label': 'Measuring', 'aria-valuemin': 0 },
    bar,
  );
  const words = h('span', { role: 'status' });
  const panel = h(
    'div',
    { class: 'measuring' },
    progressRing(),
    words,
    h('span', { class: 'spacer' }),
    cancel,
    progress,
  );
  const notice = h('div', { class: 'notice' });

  host.on('latency/progress', ({ done, of, what }) => {
    if (!controller) return;
    bar.style.width = `${of > 0 ? Math.min(100, (done / of) * 100) : 0}%`;
    progress.setAttribute('aria-valuemax', String(of));
    progress.setAttribute('aria-valuenow', String(done));
    setText(words, `Measuring ${what} · ${done} of ${of}`);
  });

  async function run(): Promise<void> {
    if (controller) return;
    controller = new AbortController();
    measure.disabled = picker.disabled = true;
    bar.style.width = '0';
    setText(words, 'Starting to measure…');
    fill(notice, panel);
    try {
      const report = await host.call('latency/measure', { engine }, { signal: controller.signal });
      fill(notice);
      onReport(report);
    } catch (error) {
      const cancelled = controller.signal.aborted;
      fill(
        notice,
        cancelled
          ? h(
              'p',
              { class: 'quiet', role: 'status' },
              'Measuring was cancelled. What is shown was measured before.',
            )
          : errorBox(`Measuring failed: ${reasonOf(error)}`),
      );
    }
    controller = undefined;
    measure.disabled = picker.disabled = engines.length === 0;
  }

  measure.disabled = picker.disabled = engines.length === 0;
  return { controls: [picker, measure], notice };
}
