// The compare view in a browser: facts side by side, curves over each other, keys, and pictures in every theme.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunToCompare } from '../../core/protocol/webview';
import type { RunRecord } from '../../core/runs/run-record';
import { Harness, hasChromium, type OpenOptions } from './webviews/harness';
import { latencyReport } from './webviews/latency';
import { channelLayers } from './webviews/masks';
import {
  finishedRun,
  languageMetrics,
  languageRun,
  metricsUpTo,
  runRecord,
  totalSteps,
} from './webviews/runs';
import { editorThemes } from './webviews/themes';

describe.skipIf(!hasChromium)('the compare view', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  const first = finishedRun();
  const slower = runRecord({
    id: '2026-10-15-convnet-nm',
    created: '2026-10-15T09:30:00Z',
    status: 'stopped',
  });
  const runs: readonly RunToCompare[] = [
    { record: first, metrics: metricsUpTo(totalSteps), latency: latencyReport(channelLayers(), 'channel') },
    {
      record: {
        ...slower,
        step: 630,
        best: { step: 600, metric: 'accuracy', value: 0.913, density: 0.62 },
        recipe: { ...slower.recipe, training: { ...slower.recipe.training, learningRate: 0.02 } },
      },
      metrics: metricsUpTo(630).map((point) => ({
        ...point,
        ...(point.loss === undefined ? {} : { loss: point.loss * 1.6 }),
        ...(point.testAccuracy === undefined ? {} : { testAccuracy: point.testAccuracy * 0.94 }),
      })),
      latency: null,
    },
  ];

  const open = (options?: OpenOptions, shown = runs) =>
    harness.open(
      'compare',
      {
        'view/ready': () => ({ view: 'compare', folder: '/a\n/b', title: '2 runs of convnet', runs: shown }),
      },
      options,
    );

  it('says what a budget left of each, asked for and measured', async () => {
    const budget = {
      asked: { milliseconds: 3 },
      macs: { dense: 2_552_000, sparse: 1_102_000 },
      latency: {
        ...{ device: 'WASM (embedded CPU)', measurements: 6 },
        dense: { lower: 6, median: 6.1, upper: 6.4 },
        sparse: { lower: 2.84, median: 2.9, upper: 3.01 },
      },
    };
    const [met, other] = runs as [RunToCompare, RunToCompare];
    const view = await open({}, [{ ...met, record: { ...met.record, budget } }, other]);
    const row = view.page.locator('.comparison tr', { hasText: 'budget' });
    expect(await row.innerText()).toMatch(
      /budget\s+\(differs\)\s+6\.10 ms → 2\.90 ms \(2\.84–3\.01\) of the 3 ms asked for, on WASM \(embedded CPU\), 6 measurements · MACs 2,552,000 → 1,102,000/,
    );
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      await view.screenshot(`compare-budget-${theme.name.replaceAll(' ', '-').toLowerCase()}`);
    }
  });

  it('shows what they reached beside each other, and marks what differs', async () => {
    const view = await open();
    const row = (name: string) => view.page.locator('.comparison tr', { hasText: name });
    expect(await row('status').innerText()).toMatch(/finished\s+stopped at step 630 of 1250/);
    expect(await row('training.learningRate').getAttribute('class')).toBe('differs');
    expect(await row('data').getAttribute('class')).toBe('same');
    expect(await row('latency').innerText()).toMatch(/\d\.\d+ ms, batch 1\s+–/);
    expect(await view.page.locator('.comparison', { hasText: 'training.batch' }).count()).toBe(0);
    // Two runs of one model and method are told apart by their time.
    expect(await view.page.locator('.comparison thead').innerText()).toMatch(/14 Oct 2026.*15 Oct 2026/s);
    expect(view.problems).toEqual([]);
    await view.close();
  });

  it('shows what each run left of each layer', async () => {
    const dense = (share: number) => ({ layerDensity: { stem: 1, 'layers.0.a': share, head: 0.5 } });
    const shown = runs.map((run, i) => ({
      ...run,
      metrics: run.metrics.map((point) => ({ ...point, ...dense(i === 0 ? 0.25 : 0.75) })),
    }));
    const view = await open({}, shown);
    const row = view.page.locator('.densities tr', { hasText: 'layers.0.a' });
    expect(await row.innerText()).toMatch(/25\.0 %\s+75\.0 %/);
    const bars = await row.locator('.bar').all();
    const widths = await Promise.all(bars.map(async (bar) => (await bar.boundingBox())!.width));
    expect(widths[1]! / widths[0]!).toBeCloseTo(3, 1);
    await row.scrollIntoViewIfNeeded();
    const colours = new Set<string>();
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      const bar = row.locator('.bar').first();
      colours.add((await bar.getAttribute('style'))!);
      await view.screenshot(`compare-densities-${theme.name.replaceAll(' ', '-').toLowerCase()}`);
    }
    // One blue for light grounds, one for dark ones: the bars follow the theme.
    expect(colours.size).toBe(2);
    expect(view.problems).toEqual([]);
    await view.close();
  });

  it('draws a line a run, and reads both at one crosshair', async () => {
    const [both, one] = [await open(), await open({}, runs.slice(0, 1))];
    const chart = both.page.locator('.line-chart canvas').first();
    const alone = await one.pixels(one.page.locator('.line-chart canvas').first());
    const before = await both.pixels(chart);
    expect(before.digest).not.toBe(alone.digest);
    await chart.focus();
    await both.page.keyboard.press('Home');
    for (let i = 0; i < 20; i++) await both.page.keyboard.press('ArrowRight');
    const said = await both.page.locator('.crosshair').innerText();
    expect(said).toMatch(/^Step \d+\. .*loss \d\.\d+, density \d+\.\d %\. .*loss \d\.\d+/);
    expect((await both.pixels(chart)).digest).not.toBe(before.digest);
    await both.page.keyboard.press('Escape');
    expect(await both.page.locator('.crosshair').innerText()).toContain('arrow keys');
    for (const view of [both, one]) {
      expect(view.problems).toEqual([]);
      await view.close();
    }
  });

  it('titles its charts after what each task is told by', async () => {
    const language = (record: RunRecord): RunToCompare => ({
      record,
      metrics: languageMetrics(totalSteps),
      latency: null,
    });
    const one = language(languageRun());
    const other = language(languageRun({ id: 'other', created: '2026-10-15T09:30:00Z' }));
    const view = await open({ height: 1100 }, [one, other]);
    const titles = () => view.page.locator('.charts h2').allTextContents();
    expect(await titles()).toEqual(['Perplexity', 'Loss', 'Density']);
    const best = view.page.locator('.comparison tr', { has: view.page.getByText('best', { exact: true }) });
    expect(await best.innerText()).toMatch(/perplexity 5\.02 at step 1250/);
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      await view.screenshot(`compare-language-${theme.name.replaceAll(' ', '-').toLowerCase()}`);
    }
    expect(view.problems).toEqual([]);
    await view.close();
    const mixed = await open({}, [one, runs[0]!]);
    expect(await mixed.page.locator('.charts h2').allTextContents()).toEqual([
      ...['Perplexity', 'Test accuracy', 'Loss', 'Density'],
    ]);
    await mixed.page.locator('.line-chart canvas').first().focus();
    await mixed.page.keyboard.press('End');
    // Each is said by what it has.
    expect(await mixed.page.locator('.crosshair').innerText()).toMatch(
      /: perplexity \d\.\d\d, .*loss .*: test accuracy \d+\.\d %, loss/,
    );
    await mixed.close();
  });

  for (const theme of editorThemes) {
    const name = theme.name.toLowerCase().replaceAll(' ', '-');
    it(`is drawn in ${theme.name}`, async () => {
      const view = await open({ theme, height: 1100 });
      await view.screenshot(`compare-${name}`);
      expect(view.problems).toEqual([]);
      await view.close();
    });
  }
});
