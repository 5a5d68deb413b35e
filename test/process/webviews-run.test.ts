// The run view in a browser: live lines, buttons that act, and a run that ends, stops, fails and goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunProgress } from '../../core/protocol/training-host';
import type { MetricPoint, RunRecord } from '../../core/runs/run-record';
import { Harness, hasChromium, type OpenOptions, type OpenView } from './webviews/harness';
import {
  finishedRun,
  languageMetrics,
  languageRun,
  metricsUpTo,
  runRecord,
  totalSteps,
  withFacts,
} from './webviews/runs';
import { editorThemes } from './webviews/themes';

describe.skipIf(!hasChromium)('the run view', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  /** A run whose record and metrics a test may change under the view, as training does. */
  async function open(record: RunRecord, metrics: readonly MetricPoint[], options?: OpenOptions) {
    const run = { record, metrics };
    const calls: string[] = [];
    const view = await harness.open(
      'run',
      {
        'view/ready': () => ({ view: 'run', folder: '/runs/1', title: 'convnet · 2:4 magnitude', ...run }),
        'run/metrics': ({ from }) => {
          calls.push(`metrics from ${from}`);
          return [...run.metrics.slice(from)];
        },
        'run/stop': () => {
          calls.push('stop');
          run.record = { ...run.record, status: 'stopped', step: 630 };
        },
        'run/resume': () => {
          calls.push('resume');
          run.record = { ...run.record, status: 'running' };
        },
        'view/open': ({ view: kind }) => void calls.push(`open ${kind}`),
      },
      options,
    );
    const { page } = view;
    return { view, page, run, calls, chart: page.locator('.line-chart canvas').first() };
  }

  const progressAt = (step: number): RunProgress => {
    const point = metricsUpTo(step).at(-1)!;
    return {
      folder: '/runs/1',
      step,
      totalSteps,
      phase: point.phase,
      etaSeconds: (totalSteps - step) * 0.05,
      point,
    };
  };

  const ends = async (view: OpenView) => {
    expect(view.problems).toEqual([]);
    await view.close();
  };

  it('draws on as points arrive, and says where the run stands', async () => {
    const { view, page, run, calls, chart } = await open(runRecord(), metricsUpTo(400));
    const before = await view.pixels(chart);
    expect(before.colours).toBeGreaterThan(3);
    run.metrics = metricsUpTo(630);
    view.notify('run/progress', progressAt(630));
    await page.getByText('step 630 of 1250, ramp phase').waitFor();
    await expect.poll(async () => (await view.pixels(chart)).digest).not.toBe(before.digest);
    // Only the lines that are new were asked for.
    expect(calls).toEqual(['metrics from 80']);
    await page.getByText('about 31 s left').waitFor();
    const facts = await page.locator('.facts').textContent();
    expect(facts).toMatch(/Loss0\.\d+Train accuracy\d+\.\d %Test accuracy\d+\.\d %Sparsity2\d\.\d %/);
    await view.screenshot('run-live');
    await ends(view);
  });

  it('reads the values at a crosshair that pointer and keys move', async () => {
    const { view, page, chart } = await open(finishedRun(), metricsUpTo(totalSteps));
    const status = page.locator('.crosshair');
    const before = await view.pixels(chart);
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await status.textContent()).toMatch(
      /^Step 5 of 1250, dense: loss 2\.\d+, train accuracy \d+\.\d %, density 100\.0 %$/,
    );
    await page.keyboard.press('ArrowRight');
    expect(await status.textContent()).toContain('Step 10 of 1250');
    expect((await view.pixels(chart)).digest).not.toBe(before.digest);
    await page.keyboard.press('End');
    expect(await status.textContent()).toContain('Step 1250 of 1250, heal');
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + 52 + (box.width - 64) / 2, box.y + 80);
    expect(await status.textContent()).toContain('Step 625 of 1250, ramp');
    await view.screenshot('run-crosshair');
    await page.keyboard.press('Escape');
    expect(await status.textContent()).toContain('arrow keys');
    await ends(view);
  });

  it('tells a language model by its perplexity', async () => {
    const { view, page } = await open(languageRun(), languageMetrics(totalSteps), { height: 1150 });
    expect(await page.locator('.charts h2').allTextContents()).toEqual([
      ...['Loss', 'Perplexity', 'Accuracy', 'Density'],
    ]);
    expect(await page.locator('.facts').textContent()).toMatch(/Train accuracy\d+\.\d %Perplexity\d\.\d\d/);
    const result = page.locator('.result tr', { hasText: 'Perplexity' });
    expect(await result.innerText()).toMatch(/4\.87\s+5\.02\s+\+3\.1 %/);
    const chart = page.getByRole('application', { name: /^Perplexity/ });
    await chart.focus();
    await page.keyboard.press('End');
    expect(await page.locator('.crosshair').textContent()).toMatch(
      /: loss 1\.\d+, perplexity \d\.\d\d, train accuracy/,
    );
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      await view.screenshot(`run-language-${theme.name.replaceAll(' ', '-').toLowerCase()}`);
    }
    await page.getByText('Test results as a table').click();
    expect(await page.locator('.metrics-table thead').innerText()).toMatch(
      /Loss\s+Train accuracy\s+Perplexity\s+Test accuracy\s+Density/,
    );
    await ends(view);
  });

  it('knows by its data what a run will be told by, and of a detector no right answers in training', async () => {
    const { recipe } = finishedRun();
    const aerial = { kind: 'aerial', train: 400, test: 100, mosaic: 0, flip: false } as const;
    const record = runRecord({ recipe: { ...recipe, data: aerial } });
    const points = metricsUpTo(200).map(({ trainAccuracy: _, testAccuracy, ...point }) => ({
      ...point,
      ...(testAccuracy === undefined ? {} : { metrics: { mAP50: 0.5, 'mAP50-95': 0.25 } }),
    }));
    const { view, page, run } = await open(record, points.slice(0, 4));
    expect(await page.locator('.facts').textContent()).toMatch(/^Loss.*mAP50-95–Sparsity/);
    expect(await page.locator('.facts').innerText()).not.toContain('Train accuracy');
    run.metrics = points;
    view.notify('run/progress', progressAt(200));
    await page.locator('.facts', { hasText: 'mAP50-9525.0 %' }).waitFor();
    expect(await page.locator('.charts h2').allTextContents()).toEqual([
      ...['Loss', 'Mean average precision', 'Density'],
    ]);
    await ends(view);
  });

  it('draws what the method is about: terms of its loss, its numbers, a histogram at the crosshair', async () => {
    const { view, page, chart } = await open(finishedRun(), withFacts(metricsUpTo(totalSteps)));
    const titles = await page.locator('.charts h2').allTextContents();
    expect(titles.slice(3)).toEqual(['Terms of the loss', 'mean |γ|', 'mask flips', 'Histogram of |γ|']);
    const bars = page.locator('.histogram canvas');
    expect(await bars.getAttribute('aria-label')).toMatch(
      /^\|γ\|: \d+ keep, most between 1.1\d* and 1.2\d*; \d+ prune, most between 0 and 0.1\d*$/,
    );
    const last = await view.pixels(bars);
    expect(last.colours).toBeGreaterThan(3);
    await chart.focus();
    await page.keyboard.press('Home');
    await expect.poll(async () => (await view.pixels(bars)).digest).not.toBe(last.digest);
    expect(await page.locator('.crosshair').textContent()).toMatch(
      /hard terms of the loss 1\.\d+, soft terms of the loss 0\.\d+, kept mean \|γ\| 1\.2/,
    );
    await bars.scrollIntoViewIfNeeded();
    const digests = new Set<number>();
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      digests.add((await view.pixels(bars)).digest);
      await view.screenshot(`run-method-${theme.name.replaceAll(' ', '-').toLowerCase()}`);
    }
    expect(digests.size).toBe(editorThemes.length);
    await ends(view);
  });

  it('stops and resumes by its buttons', async () => {
    const { view, page, calls, run } = await open(runRecord(), metricsUpTo(630));
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(calls).toContain('stop');
    await page.getByText('Stopped').waitFor();
    await view.screenshot('run-stopped');
    await page.getByRole('button', { name: 'Resume' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    expect(calls).toContain('resume');
    run.metrics = metricsUpTo(640);
    view.notify('run/progress', progressAt(640));
    await page.getByText('step 640 of 1250').waitFor();
    await ends(view);
  });

  it('reads a run anew that went on from an earlier checkpoint', async () => {
    const { view, page, run, calls } = await open(
      runRecord({ status: 'interrupted', step: 500 }),
      metricsUpTo(630),
    );
    await page.getByText('Resume continues from its last checkpoint').waitFor();
    run.metrics = metricsUpTo(505);
    view.notify('run/progress', progressAt(505));
    await page.getByText('step 505 of 1250, dense phase').waitFor();
    await expect.poll(() => calls).toContain('metrics from 0');
    await page.locator('.line-chart canvas').first().focus();
    await page.keyboard.press('End');
    expect(await page.locator('.crosshair').textContent()).toContain('Step 505 of 1250');
    await ends(view);
  });

  it('ends with the result beside the dense model, and leads on to masks and latency', async () => {
    const { view, page, run, calls } = await open(runRecord(), metricsUpTo(1200));
    run.metrics = metricsUpTo(totalSteps);
    view.notify('run/ended', { record: finishedRun() });
    const row = page.getByRole('row', { name: 'Test accuracy' });
    expect(await row.textContent()).toBe('Test accuracy98.2 %98.0 %−0.20 points');
    await page.getByRole('button', { name: 'Masks' }).click();
    await page.getByRole('button', { name: 'Latency' }).click();
    await expect.poll(() => calls).toEqual(['metrics from 240', 'open mask', 'open latency']);
    await page.getByText('Test results as a table').click();
    await expect.poll(() => page.locator('.metrics-table tbody tr').count()).toBe(10);
    await ends(view);
  });

  it('says why a run failed', async () => {
    const error =
      'the disk is full: checkpoint.safetensors needs 1.2 MB in /runs/1; free some space and resume';
    const { view, page } = await open(runRecord({ status: 'failed', step: 500, error }), metricsUpTo(500));
    expect(await page.getByRole('alert').textContent()).toBe(error);
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await view.screenshot('run-failed');
    await ends(view);
  });

  it('says that a button could not do its work', async () => {
    const view = await harness.open('run', {
      'view/ready': () => ({ view: 'run', title: 'convnet', record: runRecord(), metrics: metricsUpTo(100) }),
      'run/stop': () => Promise.reject(new Error('the training host does not answer')),
    });
    await view.page.getByRole('button', { name: 'Stop' }).click();
    expect(await view.page.getByRole('alert').textContent()).toBe('the training host does not answer');
    expect(await view.page.getByRole('button', { name: 'Stop' }).isEnabled()).toBe(true);
    await ends(view);
  });

  it('says why it cannot be shown, and tries again', async () => {
    let fails = true;
    const view = await harness.open('run', {
      'view/ready': () => {
        if (fails) throw new Error('cannot read run.json in /runs/1: the run was deleted');
        return { view: 'run', title: 'convnet', record: finishedRun(), metrics: [] };
      },
    });
    expect(await view.page.getByRole('alert').textContent()).toContain('cannot read run.json in /runs/1');
    fails = false;
    await view.page.getByRole('button', { name: 'Try again' }).click();
    await view.page.getByText('Finished').waitFor();
    await ends(view);
  });

  it('keeps up with a long run: a crosshair is drawn in a frame', async () => {
    const [template] = metricsUpTo(5);
    const long = Array.from({ length: 30_000 }, (_, i) => ({
      ...template!,
      step: i + 1,
      loss: 1 + Math.sin(i),
    }));
    const { view, page, chart } = await open(runRecord({ totalSteps: 30_000 }), long);
    expect((await view.pixels(chart)).colours).toBeGreaterThan(3);
    await chart.focus();
    const began = Date.now();
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft');
    await view.settle();
    // Twenty redraws of three charts; half a second each would be felt.
    expect(Date.now() - began).toBeLessThan(10_000);
    await ends(view);
  });

  it('draws late losses apart on a logarithmic axis, and follows the theme', async () => {
    const { view, page, chart } = await open(finishedRun(), metricsUpTo(totalSteps));
    const linear = await view.pixels(chart);
    await page.getByRole('checkbox', { name: 'log scale' }).click();
    const logarithmic = await view.pixels(chart);
    expect(logarithmic.digest).not.toBe(linear.digest);
    expect(await view.kept()).toMatchObject({ logLoss: true });
    await view.screenshot('run-log');
    const digests = new Set<number>();
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      digests.add((await view.pixels(chart)).digest);
    }
    expect(digests.size).toBe(editorThemes.length);
    await ends(view);
  });
});
