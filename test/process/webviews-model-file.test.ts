// The view of a model file in a browser: thousands of rows, filter, order, keys, reading the values, and every theme.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelFileModel } from '../../core/analysis/model-file';
import { Harness, hasChromium, type OpenOptions, type OpenView, type ViewHandlers } from './webviews/harness';
import { onnxFile, weightsFile } from './webviews/model-file';
import { editorThemes } from './webviews/themes';

describe.skipIf(!hasChromium)('the view of a model file', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await Harness.start()));
  afterAll(() => harness.stop());

  const open = (
    models: readonly ModelFileModel[],
    given: Partial<ViewHandlers> = {},
    options: OpenOptions = {},
  ): Promise<OpenView> =>
    harness.open(
      'model-file',
      { 'view/ready': () => ({ view: 'model-file', title: 'resnet18.onnx', models }), ...given },
      options,
    );

  const ends = async (view: OpenView) => {
    expect(view.problems).toEqual([]);
    await view.close();
  };
  const firstPaths = async (view: OpenView) => {
    await view.settle();
    return view.page.locator('.space .grid-row .layer').allTextContents();
  };

  it('shows every layer with what it costs, and reads the values by itself where they are few', async () => {
    const view = await open([onnxFile(false)], { 'modelFile/measure': () => [onnxFile(true)] });
    expect(await view.page.locator('header').textContent()).toContain('11,689,512 parameters');
    await view.page.getByText('already').first().waitFor();
    const row = view.page.getByRole('row', { name: /^layer1\.0\.conv1 / });
    expect(await row.textContent()).toMatch(/conv2d.*64×64×3×3.*50 %.*already/);
    await ends(view);
  });

  it('has thousands of rows, of which only those in sight are in the page; keys reach the last', async () => {
    const view = await open([weightsFile(800, true)]);
    expect(await view.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5601');
    expect(await view.page.locator('.space .grid-row').count()).toBeLessThan(80);
    await view.page.getByRole('grid').focus();
    await view.page.keyboard.press('End');
    await view.page.getByText('model.layers.799.down_proj').first().waitFor();
    expect(await view.page.locator('.details h2').textContent()).toBe('model.layers.799.down_proj');
    await view.page.keyboard.press('ArrowUp');
    expect(await view.page.locator('.details h2').textContent()).toBe('model.layers.799.up_proj');
    await view.settle();
    const active = await view.page.getByRole('grid').getAttribute('aria-activedescendant');
    expect(await view.page.locator(`#${active}`).textContent()).toContain('799.up_proj');
    await view.page.keyboard.press('Home');
    expect(await view.page.locator('.details h2').textContent()).toBe('model.layers.0.q_proj');
    await ends(view);
  });

  it('filters by any word of a row, and orders by a column and back', async () => {
    const view = await open([onnxFile(true)]);
    const inOrder = await firstPaths(view);
    await view.page.getByRole('searchbox').fill('layer2 .conv2');
    expect(await firstPaths(view)).toEqual(['layer2.0.conv2', 'layer2.1.conv2']);
    expect(await view.page.locator('.count').textContent()).toBe('2 of 41');
    await view.page.getByRole('searchbox').fill('');
    await view.page.getByRole('button', { name: 'Params' }).click();
    expect((await firstPaths(view))[0]).toMatch(/^layer4/);
    expect(await view.page.getByRole('columnheader', { name: 'Params' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    expect(await view.kept()).toMatchObject({ order: { column: 'params', descending: true } });
    await view.page.getByRole('button', { name: 'Params' }).click();
    await view.page.getByRole('button', { name: 'Params' }).click();
    expect(await firstPaths(view)).toEqual(inOrder);
    await ends(view);
  });

  it('says why not, for the row that is selected', async () => {
    const view = await open([onnxFile(true)]);
    await view.page.getByText('conv1', { exact: true }).click();
    const text = await view.page.locator('.details').textContent();
    expect(text).toContain('its 3 input channels are not divisible by 4');
    await ends(view);
  });

  it('reads large files when asked, shows how far it is, and stops when told', async () => {
    let stopped = false;
    let measured = 0;
    const view = await open([weightsFile(32, false)], {
      'modelFile/measure': (_, signal) =>
        new Promise((resolve, reject) => {
          if (measured++ > 0) return resolve([weightsFile(32, true)]);
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(new Error('cancelled'));
          });
        }),
    });
    await view.page.getByText('Read the values (13 GB)').click();
    await view.page.getByText('Reading the values…').waitFor();
    view.notify('modelFile/progress', { done: 3.2e9, of: 12.9e9 });
    await view.page.getByText('Reading the values: 3.2 GB of 13 GB').waitFor();
    await view.screenshot('model-file-reading');
    await view.page.getByText('Cancel').click();
    await view.page.getByText('Read the values (13 GB)').click();
    await view.page.getByText('already').first().waitFor();
    expect(stopped).toBe(true);
    await ends(view);
  });

  it('says in one line what is wrong with a damaged file', async () => {
    const view = await open([], {
      'view/ready': () =>
        Promise.reject(new Error('the file holds no graph: it is no ONNX model, or damaged')),
    });
    expect(await view.page.getByRole('alert').textContent()).toContain('it is no ONNX model, or damaged');
    await view.close();
  });

  for (const theme of editorThemes) {
    const name = theme.name.toLowerCase().replaceAll(' ', '-');
    it(`draws in ${theme.name}`, async () => {
      const view = await open([onnxFile(true)], {}, { theme });
      await view.page.getByText('layer2.0.conv1').click();
      await view.screenshot(`model-file-${name}`);
      expect(view.problems).toEqual([]);
      await view.close();
    });
  }

  it('draws weights alone, and narrow', async () => {
    const weights = await open([weightsFile(32, true)], {}, { theme: editorThemes[1]! });
    await weights.screenshot('model-file-weights');
    await weights.close();
    const narrow = await open([onnxFile(true)], {}, { width: 520, height: 700 });
    await narrow.screenshot('model-file-narrow');
    await narrow.close();
  });
});
