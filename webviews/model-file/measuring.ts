// Reading all values of a file: at once where it is small, on request where it is not; with progress and a way to stop.
import type { ModelFileModel } from '../../core/analysis/model-file';
import { fill, h, setText } from '../ui/dom';
import { host } from '../ui/host';
import { errorBox, reasonOf } from '../ui/start';
import { button, progressRing } from '../ui/toolkit';

/** Bytes that are read before anybody asks: a second's work. */
const unasked = 256_000_000;

/** @returns what stands below the header: an offer, progress, or what went wrong. */
export function measuring(
  models: readonly ModelFileModel[],
  onMeasured: (models: readonly ModelFileModel[]) => void,
): HTMLElement {
  const notice = h('div', { class: 'notice' });
  const rows = models.flatMap((model) => model.rows);
  const bytes = rows.reduce((n, row) => n + row.bytes, 0);
  if (bytes === 0 || rows.some(({ values }) => values)) return notice;
  const offer = (...words: readonly HTMLElement[]) =>
    fill(notice, ...words, button(`Read the values (${size(bytes)})`, { onClick: () => void run() }));

  async function run(): Promise<void> {
    const abort = new AbortController();
    const bar = h('div');
    const progress = h(
      'div',
      { class: 'progress', role: 'progressbar', 'aria-label': 'Reading', 'aria-valuemin': 0 },
      bar,
    );
    const words = h('span', { role: 'status' }, 'Reading the values…');
    const cancel = button('Cancel', { onClick: () => abort.abort() });
    fill(
      notice,
      h(
        'div',
        { class: 'measuring' },
        progressRing(),
        words,
        h('span', { class: 'spacer' }),
        cancel,
        progress,
      ),
    );
    host.on('modelFile/progress', ({ done, of }) => {
      const percent = of > 0 ? Math.min(100, (done / of) * 100) : 0;
      bar.style.width = `${percent}%`;
      progress.setAttribute('aria-valuemax', '100');
      progress.setAttribute('aria-valuenow', percent.toFixed(0));
      setText(words, `Reading the values: ${size(done)} of ${size(of)}`);
    });
    try {
      const measured = await host.call('modelFile/measure', {}, { signal: abort.signal });
      fill(notice);
      onMeasured(measured);
    } catch (error) {
      if (abort.signal.aborted) offer();
      else offer(errorBox(`The values could not be read: ${reasonOf(error)}`));
    }
  }

  if (bytes <= unasked) void run();
  else offer();
  return notice;
}

/** `13.5 GB`, as disks count them. */
function size(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  const value = bytes / unit;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${name}`;
}
