// The latency view in a browser: what was measured, what may be claimed of it, and measuring anew.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LatencyReport } from '../../core/runs/latency-report';
import { Harness, hasChromium, type OpenView, type ViewHandlers } from './webviews/harness';
import { engines, latencyReport } from './webviews/latency';
import { channelLayers, twoFourLayers } from './webviews/masks';
import { editorThemes } from './webviews/themes';

describe.skipIf(!hasChromium)('the latency view', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  const open = (report: LatencyReport | null, given: Partial<ViewHandlers> = {}): Promise<OpenView> =>
    harness.open('latency', {
      'view/ready': () => ({ view: 'latency', folder: '/runs/1', title: 'convnet', report, engines }),
      ...given,
    });

  const ends = async (view: OpenView) => {
    expect(view.problems).toEqual([]);
    await view.close();
  };

  it('claims a speed-up with its interval where one was measured, and says why not elsewhere', async () => {
    const report = latencyReport(channelLayers(), 'channel');
    const view = await open(report);
    const { median, low, high } = report.total.speedup;
    expect(await view.page.locator('.claim').textContent()).toBe(
      `${median.toFixed(2)}× faster ${low.toFixed(2)} – ${high.toFixed(2)}`,
    );
    const row = view.page.getByRole('row', { name: 'head' });
    expect(await row.textContent()).toContain('nothing was removed here');
    for (const text of [
      report.engine,
      report.machine,
      'batch 1',
      '40 interleaved rounds',
      '14 Oct 2026, 09:41',
    ])
      expect(await view.page.locator('header').textContent()).toContain(text);
    expect((await view.pixels(view.page.locator('.pair-bars canvas').first())).colours).toBeGreaterThan(3);
    await ends(view);
  });

  it('shows no ratio at all for weights that the engine runs with its dense kernel', async () => {
    const view = await open(latencyReport(twoFourLayers(), '2:4'));
    expect(await view.page.locator('.claim').textContent()).toBe('No speed-up');
    const text = (await view.page.locator('.report').textContent())!;
    expect(text).toContain('ONNX Runtime runs 2:4 weights with its dense kernel');
    expect(text).not.toMatch(/\d×/);
    await ends(view);
  });

  it('measures on the chosen engine, with progress, and shows the report', async () => {
    const asked: string[] = [];
    let answer: (report: LatencyReport) => void = () => undefined;
    const view = await open(null, {
      'latency/measure': ({ engine }) => {
        asked.push(engine);
        return new Promise<LatencyReport>((resolve) => (answer = resolve));
      },
    });
    const { page } = view;
    await page.getByText('Not measured yet').waitFor();
    await page.getByLabel('Engine').click();
    await page.getByRole('option', { name: 'WASM' }).click();
    await page.getByRole('button', { name: 'Measure' }).click();
    await expect.poll(() => asked).toEqual(['wasm']);
    view.notify('latency/progress', { done: 3, of: 10, what: 'layers.1.conv1' });
    await page.getByText('Measuring layers.1.conv1 · 3 of 10').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('3');
    await view.screenshot('latency-measuring');
    answer(latencyReport(channelLayers(), 'channel'));
    await page.locator('.claim').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await view.kept()).toMatchObject({ engine: 'wasm', folder: '/runs/1' });
    await ends(view);
  });

  it('cancels a measurement, keeps what was measured before, and can measure again', async () => {
    let aborted = 0;
    const view = await open(latencyReport(twoFourLayers(), '2:4'), {
      'latency/measure': (_params, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted++;
            reject(new Error('cancelled'));
          }),
        ),
    });
    const { page } = view;
    const measure = page.getByRole('button', { name: 'Measure' });
    await measure.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Measuring was cancelled').waitFor();
    await expect.poll(() => aborted).toBe(1);
    expect(await page.locator('.claim').textContent()).toBe('No speed-up');
    await measure.click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await ends(view);
  });

  it('says what failed, in one line', async () => {
    const view = await open(null, {
      'latency/measure': () => Promise.reject(new Error('the engine wasm cannot run MaxPool')),
    });
    await view.page.getByRole('button', { name: 'Measure' }).click();
    expect(await view.page.getByRole('alert').textContent()).toBe(
      'Measuring failed: the engine wasm cannot run MaxPool',
    );
    await ends(view);
  });

  it('draws its bars in the colours of the theme', async () => {
    const view = await open(latencyReport(channelLayers(), 'channel'));
    const bars = view.page.locator('.pair-bars canvas').first();
    const digests = new Set<number>();
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      digests.add((await view.pixels(bars)).digest);
    }
    expect(digests.size).toBe(editorThemes.length);
    await ends(view);
  });
});
