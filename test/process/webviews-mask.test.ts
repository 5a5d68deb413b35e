// The mask view in a browser: every weight a pixel, by pointer and by keys, quick on a layer of any size.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParamsOf } from '../../core/protocol/typed';
import type { ViewRequests } from '../../core/protocol/webview';
import { isKept } from '../../core/sparsity/mask';
import { Harness, hasChromium, type OpenOptions, type OpenView, type ViewHandlers } from './webviews/harness';
import { channelLayers, largeLayer, maskPage, type PrunedLayer, twoFourLayers } from './webviews/masks';
import { metricsUpTo, runRecord } from './webviews/runs';
import { editorThemes } from './webviews/themes';

type PageRequest = ParamsOf<ViewRequests, 'masks/page'>;

describe.skipIf(!hasChromium)('the mask view', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  /** Opens the view on layers; `layers` may be replaced under it, as a run does that prunes on. */
  async function open(
    layers: readonly PrunedLayer[],
    options?: OpenOptions & { handlers?: Partial<ViewHandlers> },
  ) {
    const shown = { layers };
    const requests: PageRequest[] = [];
    const view = await harness.open(
      'mask',
      {
        'view/ready': () => ({
          view: 'mask',
          folder: '/runs/1',
          title: 'convnet · 2:4 magnitude',
          layers: shown.layers.map(({ layer }) => layer),
        }),
        'masks/page': (request) => {
          requests.push(request);
          return maskPage(
            shown.layers.find(({ layer }) => layer.param === request.param)!,
            request,
          );
        },
        ...options?.handlers,
      },
      options,
    );
    const { page } = view;
    return {
      view,
      page,
      shown,
      requests,
      canvas: page.locator('.matrix canvas'),
      status: page.locator('.status'),
    };
  }

  const ends = async (view: OpenView) => {
    expect(view.problems).toEqual([]);
    await view.close();
  };

  it('lists layers, draws the first that was pruned, and draws another when it is chosen by key or in the chart', async () => {
    const { view, page, canvas, status } = await open(twoFourLayers());
    await expect.poll(async () => (await view.pixels(canvas)).colours).toBeGreaterThan(2);
    expect(await page.getByRole('option').count()).toBe(10);
    expect(await page.getByRole('option').nth(1).textContent()).toContain('50.0 %');
    const first = await view.pixels(canvas);

    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    expect(await status.textContent()).toContain('layers.0.conv2 · 16 outputs × 144 inputs · 50.0 % kept');
    await expect.poll(async () => (await view.pixels(canvas)).digest).not.toBe(first.digest);

    await page.keyboard.press('End');
    expect(await status.textContent()).toContain('head · 10 outputs × 64 inputs');
    const chart = page.locator('.density-chart canvas');
    const before = await view.pixels(chart);
    await chart.click({ position: { x: 46 + 10, y: 40 } });
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('stem.0');
    expect((await view.pixels(chart)).digest).not.toBe(before.digest);
    await ends(view);
  });

  it('reads the weight under a cursor that keys move, as the layer has it', async () => {
    const layers = twoFourLayers();
    const { view, page, canvas, status } = await open(layers, { state: { param: 'layers.0.conv1.weight' } });
    await page.getByText('each cell is one weight').waitFor();
    await canvas.focus();
    await page.keyboard.press('Control+Home');
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+ArrowRight');
    await page.keyboard.press('Control+ArrowDown');
    const { mask, weights, layer } = layers[1]!;
    const at = layer.cols + 5;
    const said = await status.textContent();
    expect(said).toContain('row 1, column 5');
    expect(said).toContain(isKept(mask, at) ? 'kept' : 'pruned');
    expect(said).toContain(isKept(mask, at) ? weights[at]!.toFixed(4).replace('-', '−') : 'weight 0 ');
    expect(said).toContain('group 1 keeps 2 of 4');
    expect(await canvas.getAttribute('role')).toBe('application');
    expect(await canvas.getAttribute('aria-label')).toContain(
      'Mask of layers.0.conv1, 16 rows by 144 columns',
    );
    expect(await status.getAttribute('aria-live')).toBe('polite');

    await page.keyboard.press('Control+End');
    expect(await status.textContent()).toContain('row 15, column 143');
    await ends(view);
  });

  it('zooms by wheel, keys and buttons until values can be read, pans by drag and keys, and fits again', async () => {
    const { view, page, canvas } = await open(twoFourLayers(), {
      state: { mode: 'weights', param: 'layers.0.conv1.weight' },
    });
    await page.getByText('each cell is one weight').waitFor();
    const whole = await view.pixels(canvas);
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 60);
    for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -200);
    const zoomed = await view.pixels(canvas);
    expect(zoomed.digest).not.toBe(whole.digest);
    const { viewport } = (await view.kept()) as { viewport: { x: number; y: number; scale: number } };
    expect(viewport.scale).toBeGreaterThan(40);

    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const dragged = await view.pixels(canvas);
    expect(dragged.digest).not.toBe(zoomed.digest);

    await canvas.focus();
    await page.keyboard.press('Shift+ArrowRight');
    const panned = await view.pixels(canvas);
    expect(panned.digest).not.toBe(dragged.digest);
    await page.keyboard.press('-');
    expect((await view.pixels(canvas)).digest).not.toBe(panned.digest);
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.getByRole('button', { name: 'Show the whole layer' }).click();
    await page.keyboard.press('Escape');
    await page.mouse.move(box.x + 20, box.y + box.height - 20);
    await canvas.blur();
    expect((await view.pixels(canvas)).digest).toBe(whole.digest);
    await ends(view);
  });

  it('follows the theme while it is open', async () => {
    const { view, page, canvas } = await open(twoFourLayers());
    await page.getByText('each cell is one weight').waitFor();
    const digests = new Set<number>();
    for (const theme of editorThemes) {
      await view.changeTheme(theme);
      digests.add((await view.pixels(canvas)).digest);
    }
    expect(digests.size).toBe(editorThemes.length);
    await ends(view);
  });

  it('draws a 4096 × 4096 layer from few pages, and single weights of it where it is zoomed', async () => {
    const { view, page, canvas, requests, status } = await open(largeLayer());
    await page.getByText('each pixel averages').waitFor();
    await expect.poll(() => status.textContent()).not.toContain('loading');
    const cells = requests.reduce((sum, { rows, cols, stride }) => sum + (rows * cols) / stride ** 2, 0);
    expect(Math.min(...requests.map(({ stride }) => stride))).toBeGreaterThan(2);
    expect(cells).toBeLessThan(2.5e6);

    await canvas.focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    const fine = () => requests.filter(({ stride }) => stride === 1);
    await expect.poll(() => fine().length).toBeGreaterThan(0);
    expect(fine().length).toBeLessThan(20);
    // A cursor on a cell reads that very weight.
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => status.textContent()).toMatch(/row \d+, column \d+ · weight .* · (kept|pruned)/);
    await view.screenshot('mask-large');
    await ends(view);
  });

  it('cancels pages that are no longer wanted', async () => {
    const [layer] = largeLayer();
    const cancelled: PageRequest[] = [];
    const { view, page, canvas } = await open([layer!], {
      handlers: {
        'masks/page': (request, signal) =>
          new Promise((resolve, reject) => {
            if (request.stride >= 16) return resolve(maskPage(layer!, request));
            // Slow pages, as from a disk far away.
            signal.addEventListener('abort', () => {
              cancelled.push(request);
              reject(new Error('cancelled'));
            });
          }),
      },
    });
    await expect.poll(async () => (await view.pixels(canvas)).colours).toBeGreaterThan(2);
    await canvas.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press('+');
    await expect.poll(() => cancelled.length).toBeGreaterThan(0);
    await ends(view);
  });

  it('shows which output channels a structural run kept', async () => {
    const layers = channelLayers();
    const { view, page, canvas, status } = await open(layers);
    await page.getByText('each cell is one weight').waitFor();
    await page.getByText('bars: output channels kept').waitFor();
    const removed = layers[0]!.layer.keptRows!.indexOf(false);
    await canvas.focus();
    await page.keyboard.press('Control+Home');
    for (let i = 0; i < removed; i++) await page.keyboard.press('Control+ArrowDown');
    expect(await status.textContent()).toContain(`output channel ${removed} removed`);
    await page.getByText('Densities as a table').click();
    const kept = layers[0]!.layer.keptRows!.filter(Boolean).length;
    expect(await page.getByRole('row', { name: 'stem.0' }).textContent()).toContain(`${kept} of 16`);
    await view.screenshot('mask-table');
    await ends(view);
  });

  it('says why there is nothing to see, and shows masks once there are some', async () => {
    const { view, page, shown } = await open([]);
    await page.getByText('has no convolution or linear layer').waitFor();
    await view.screenshot('mask-empty');
    shown.layers = twoFourLayers();
    const point = { ...metricsUpTo(700).at(-1)!, layerDensity: { 'layers.0.conv1': 0.7 } };
    view.notify('run/progress', {
      folder: '/runs/1',
      step: point.step,
      totalSteps: 1250,
      phase: point.phase,
      etaSeconds: 20,
      point,
    });
    await page.getByRole('option').first().waitFor();
    await ends(view);
  });

  it('draws the masks of a run that prunes on, under a cursor and focus that stay', async () => {
    const state = { param: 'layers.0.conv1.weight', viewport: { x: 20, y: 2, scale: 20 } };
    const { view, page, shown, canvas, status } = await open(twoFourLayers(1), { state });
    await page.getByText('each cell is one weight').waitFor();
    await canvas.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    const [before, place] = [await view.pixels(canvas), (await status.textContent())!.split(' · ')[0]!];
    shown.layers = twoFourLayers(2).map((pruned) => ({
      ...pruned,
      layer: { ...pruned.layer, density: 0.48 },
    }));
    view.notify('run/ended', { record: runRecord({ status: 'finished' }) });
    await expect.poll(async () => (await view.pixels(canvas)).digest).not.toBe(before.digest);
    expect(await page.getByRole('option').nth(1).textContent()).toContain('48.0 %');
    expect(await status.textContent()).toContain(place);
    expect(await canvas.evaluate('document.activeElement === document.querySelector(".matrix canvas")')).toBe(
      true,
    );
    await ends(view);
  });

  it('comes back to the layer and place it was left at', async () => {
    const state = { param: 'layers.2.conv2.weight', mode: 'weights', viewport: { x: 100, y: 20, scale: 30 } };
    const { view, page } = await open(twoFourLayers(), { state });
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('layers.2.conv2');
    expect(await view.kept()).toMatchObject({ ...state, folder: '/runs/1' });
    await ends(view);
  });

  it('says in a line what could not be read', async () => {
    const { view, status } = await open(twoFourLayers(), {
      handlers: {
        'masks/page': () => Promise.reject(new Error('masks.bin is shorter than its header says')),
      },
    });
    await expect
      .poll(() => status.textContent())
      .toContain('layers.0.conv1 could not be read: masks.bin is shorter');
    await ends(view);
  });
});
