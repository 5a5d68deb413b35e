// What the mask view computes: viewports, levels, pages, keys, colours, words.
import { describe, expect, it } from 'vitest';
import { describeCell } from '../../../webviews/mask/describe';
import { readKept } from '../../../webviews/mask/kept';
import { keyAction } from '../../../webviews/mask/keys';
import { LayerSource } from '../../../webviews/mask/layer-source';
import { overviewStride, pagesIn, pageSide, pageWindow, strideFor } from '../../../webviews/mask/level';
import { Lru } from '../../../webviews/mask/lru';
import { unpackPage } from '../../../webviews/mask/page';
import { PageLoader } from '../../../webviews/mask/page-loader';
import { paintPage, referenceMagnitude, shader } from '../../../webviews/mask/raster';
import { cellAt, clamp, fit, maxScale, reveal, zoomAt } from '../../../webviews/mask/viewport';
import { maskPage, twoFourLayers } from '../../process/webviews/masks';

const large = { rows: 4096, cols: 4096, width: 800, height: 500 };

describe('a viewport', () => {
  it('shows the whole matrix when it fits it', () => {
    const view = fit(large);
    expect(view).toEqual({ x: 0, y: 0, scale: 500 / 4096 });
    expect(fit({ rows: 10, cols: 4, width: 800, height: 500 }).scale).toBe(28);
  });

  it('keeps what is under the pointer there while it zooms', () => {
    const extent = { rows: 4096, cols: 4096, width: 500, height: 500 };
    let view = clamp({ x: 1000, y: 2000, scale: 2 }, extent);
    const before = { col: view.x + 123 / view.scale, row: view.y + 77 / view.scale };
    view = zoomAt(view, extent, 3, 123, 77);
    expect(view.scale).toBe(6);
    expect(view.x + 123 / view.scale).toBeCloseTo(before.col, 6);
    expect(view.y + 77 / view.scale).toBeCloseTo(before.row, 6);
  });

  it('stays on the matrix and between whole and legible', () => {
    expect(clamp({ x: 9e9, y: -5, scale: 10 }, large)).toEqual({ x: 4096 - 80, y: 0, scale: 10 });
    expect(zoomAt(fit(large), large, 1e9, 0, 0).scale).toBe(maxScale);
    expect(zoomAt(fit(large), large, 1e-9, 0, 0).scale).toBe(fit(large).scale);
  });

  it('moves no more than it takes to reveal a cell', () => {
    const view = clamp({ x: 100, y: 100, scale: 10 }, large);
    expect(reveal(view, large, 110, 120)).toEqual(view);
    expect(reveal(view, large, 99, 120)).toEqual({ x: 100, y: 98, scale: 10 });
    expect(reveal(view, large, 4095, 4095)).toEqual({ x: 4096 - 80, y: 4096 - 50, scale: 10 });
  });

  it('knows the cell under a point, and when there is none', () => {
    const small = { rows: 2, cols: 3, width: 800, height: 500 };
    expect(cellAt(fit(small), small, 60, 30)).toEqual({ row: 1, col: 2 });
    expect(cellAt(fit(small), small, 90, 30)).toBeUndefined();
  });
});

describe('levels of detail', () => {
  it('average as many weights as share a pixel', () => {
    expect([8, 1, 0.6, 0.5, 0.3, 0.25, 0.122].map(strideFor)).toEqual([1, 1, 1, 2, 2, 4, 8]);
  });

  it('show a layer of any size with few pages', () => {
    for (const side of [64, 1000, 4096, 50_000]) {
      const extent = { rows: side, cols: side, width: 1600, height: 1000 };
      const view = fit(extent);
      expect(pagesIn(view, extent, strideFor(view.scale)).length).toBeLessThanOrEqual(64);
      expect(pagesIn(view, extent, overviewStride(side, side))).toHaveLength(1);
    }
  });

  it('cover the plot and nothing beside the matrix, the middle first', () => {
    const keys = pagesIn({ x: 0, y: 0, scale: 1 }, large, 1);
    expect(keys).toHaveLength(4 * 2);
    expect(keys[0]!.col).toBeGreaterThan(0);
    const windows = keys.map((key) => pageWindow(key, 300, 700));
    expect(windows.every(({ rows, cols }) => rows <= pageSide && cols <= pageSide)).toBe(true);
    expect(pageWindow({ stride: 1, row: 1, col: 2 }, 300, 700)).toEqual({
      row: 256,
      col: 512,
      rows: 44,
      cols: 188,
    });
  });
});

describe('the page cache', () => {
  it('lets go of what was used longest ago, and counts bytes', () => {
    const cache = new Lru<string>(10, (value) => value.length);
    cache.set('a', 'aaaa');
    cache.set('b', 'bbbb');
    expect(cache.get('a')).toBe('aaaa');
    cache.set('c', 'cccc');
    expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true]);
    expect(cache.size).toBe(8);
    cache.set('a', 'a');
    expect(cache.size).toBe(5);
  });

  it('keeps the newest even where it is too large alone', () => {
    const cache = new Lru<string>(2, (value) => value.length);
    cache.set('a', 'aaaa');
    expect(cache.get('a')).toBe('aaaa');
    cache.set('b', 'b');
    expect(cache.has('a')).toBe(false);
  });
});

describe('the page loader', () => {
  const key = (col: number) => ({ stride: 1, row: 0, col });

  function loader(parallel = 2) {
    const started: number[] = [];
    const aborted: number[] = [];
    const loaded: string[] = [];
    const failed: string[] = [];
    const open = new Map<number, { resolve(page: string): void; reject(error: Error): void }>();
    const pages = new PageLoader<string>({
      parallel,
      fetch: ({ col }, signal) => {
        started.push(col);
        signal.addEventListener('abort', () => aborted.push(col));
        return new Promise((resolve, reject) => open.set(col, { resolve, reject }));
      },
      onLoad: (_key, page) => loaded.push(page),
      onError: (_key, error) => failed.push(error.message),
    });
    return { pages, started, aborted, loaded, failed, open };
  }

  it('asks for a few at a time, in order', async () => {
    const { pages, started, open, loaded } = loader();
    pages.want([key(0), key(1), key(2)]);
    expect(started).toEqual([0, 1]);
    open.get(1)!.resolve('one');
    await expect.poll(() => started).toEqual([0, 1, 2]);
    expect(loaded).toEqual(['one']);
  });

  it('cancels what is no longer wanted and ignores its late answer', async () => {
    const { pages, started, aborted, open, loaded } = loader();
    pages.want([key(0), key(1), key(2)]);
    pages.want([key(1), key(3)]);
    expect(aborted).toEqual([0]);
    expect(started).toEqual([0, 1, 3]);
    open.get(0)!.resolve('late');
    open.get(3)!.resolve('three');
    await expect.poll(() => loaded).toEqual(['three']);
    expect(pages.busy).toBe(true);
  });

  it('reports a failure once and does not ask again until it is reset', async () => {
    const { pages, started, failed, open } = loader();
    pages.want([key(0)]);
    open.get(0)!.reject(new Error('masks.bin is gone'));
    await expect.poll(() => failed).toEqual(['masks.bin is gone']);
    pages.want([key(0)]);
    expect(started).toEqual([0]);
    pages.reset();
    pages.want([key(0)]);
    expect(started).toEqual([0, 0]);
  });
});

describe('a layer', () => {
  it('answers with the weights of its cells once their pages are there', async () => {
    const layer = twoFourLayers()[7]!;
    const source = new LayerSource(
      layer.layer,
      (request) => Promise.resolve(maskPage(layer, request)),
      () => undefined,
    );
    const { rows, cols } = layer.layer;
    const extent = { rows, cols, width: 900, height: 500 };
    expect(source.cell(3, 5)).toBeUndefined();
    source.show(fit(extent), extent);
    await expect.poll(() => source.busy).toBe(false);
    for (const [row, col] of [
      [0, 0],
      [63, 575],
      [10, 300],
    ] as const) {
      const cell = source.cell(row, col)!;
      expect(cell.stride).toBe(1);
      expect(cell.weight).toBe(layer.weights[row * cols + col]);
      expect(cell.density > 0).toBe(layer.weights[row * cols + col] !== 0);
    }
    expect(source.reference).toBeGreaterThan(0);
    // The whole level hides the overview below it.
    expect(new Set(source.layersOfPages(fit(extent), extent).map((page) => page.key.stride))).toEqual(
      new Set([1]),
    );
  });

  it('says what went wrong with a page of the wrong size', async () => {
    const layer = twoFourLayers()[1]!;
    const source = new LayerSource(
      layer.layer,
      (request) => Promise.resolve({ ...maskPage(layer, request), rows: 999 }),
      () => undefined,
    );
    const extent = { ...layer.layer, width: 900, height: 500 };
    source.show(fit(extent), extent);
    await expect.poll(() => source.error).toBe('a page of 999 × 144 came with 2304 densities');
  });
});

describe('pages', () => {
  it('come with little-endian weights', () => {
    const weights = Buffer.alloc(8);
    weights.writeFloatLE(1.5, 0);
    weights.writeFloatLE(-2, 4);
    const page = unpackPage({ rows: 1, cols: 2, density: 'AP8=', weights: weights.toString('base64') });
    expect([...page.density]).toEqual([0, 255]);
    expect([...page.weights!]).toEqual([1.5, -2]);
  });

  it('are painted by what was kept, or by sign and magnitude', () => {
    const page = {
      rows: 1,
      cols: 4,
      density: Uint8Array.of(0, 255, 255, 255),
      weights: Float32Array.of(0, 1, -1, 0.001),
    };
    const colour = (r: number, g: number, b: number) => ({ r, g, b, a: 1 });
    const palette = {
      pruned: colour(0, 0, 0),
      kept: colour(100, 100, 100),
      positive: colour(0, 0, 200),
      negative: colour(200, 0, 0),
      faintest: 0.3,
    };
    const mask = paintPage(page, shader(page, 'mask', 1, palette));
    expect([...mask.slice(0, 8)]).toEqual([0, 0, 0, 255, 100, 100, 100, 255]);
    const signed = paintPage(page, shader(page, 'weights', 1, palette));
    expect([...signed.slice(4, 12)]).toEqual([0, 0, 200, 255, 200, 0, 0, 255]);
    // The smallest kept weight is told from a pruned one.
    expect(signed[14]).toBeGreaterThan(50);
  });

  it('take their full colour from the bulk of the weights, not from an outlier', () => {
    const weights = Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1e9 : i / 1000));
    const page = { rows: 1, cols: 1000, density: new Uint8Array(1000).fill(255), weights };
    expect(referenceMagnitude(page)).toBeCloseTo(0.98, 2);
    expect(referenceMagnitude({ ...page, density: new Uint8Array(1000) })).toBe(0);
  });
});

describe('keys over the matrix', () => {
  const press = (key: string, more = {}) =>
    keyAction({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more }, 4);

  it('move, pan and zoom', () => {
    expect(press('ArrowRight')).toEqual({ kind: 'move', rows: 0, cols: 4 });
    expect(press('ArrowUp', { ctrlKey: true })).toEqual({ kind: 'move', rows: -1, cols: 0 });
    expect(press('ArrowDown', { shiftKey: true })).toEqual({ kind: 'pan', rows: 0.25, cols: 0 });
    expect(press('Home', { ctrlKey: true })).toEqual({ kind: 'move', rows: -Infinity, cols: -Infinity });
    expect(press('+')).toMatchObject({ kind: 'zoom' });
    expect(press('0')).toEqual({ kind: 'fit' });
  });

  it("leave the editor's own alone", () => {
    expect(press('Tab')).toBeUndefined();
    expect(press('ArrowLeft', { altKey: true })).toBeUndefined();
    expect(press('0', { ctrlKey: true })).toBeUndefined();
  });
});

describe('a cell in words', () => {
  it('says its weight and its group', () => {
    const group = { index: 3, size: 4, kept: 2 };
    expect(describeCell({ row: 2, col: 13, stride: 1, density: 1, weight: -0.03125, group })).toBe(
      'row 2, column 13 · weight −0.0313 · kept · group 3 keeps 2 of 4',
    );
  });

  it('says an average where it has no more, and that it waits where it has nothing', () => {
    expect(describeCell({ row: 2, col: 13, stride: 8, density: 0.5 })).toBe(
      'row 2, column 13 · 50.0 % of these 8 × 8 weights kept',
    );
    expect(describeCell({ row: 2, col: 13, stride: 1 })).toBe('row 2, column 13 · loading');
  });
});

describe('what was kept of a view', () => {
  const layers = twoFourLayers().map(({ layer }) => layer);

  it('comes back', () => {
    const view = { x: 1, y: 2, scale: 3 };
    expect(readKept({ param: 'head.weight', mode: 'weights', viewport: view }, layers)).toEqual({
      index: 9,
      mode: 'weights',
      view,
    });
  });

  it('is left aside where it makes no sense', () => {
    // The stem stays dense, so the view begins at the layer after it.
    const none = { index: 1, mode: 'mask' };
    for (const state of [{}, { param: 7 }, { param: 'gone', viewport: { x: 1, y: 1, scale: 1 } }])
      expect(readKept(state, layers)).toEqual(none);
    for (const viewport of [null, 5, {}, { x: 1, y: 1, scale: 0 }, { x: Number.NaN, y: 1, scale: 1 }])
      expect(readKept({ param: layers[1]!.param, viewport }, layers)).toEqual(none);
  });
});
