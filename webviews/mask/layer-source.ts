// One layer's pages: asked for as the view moves, kept in a cache, read by cell.
import type { MaskLayer, MaskPage } from '../../core/protocol/training-host';
import {
  keyText,
  overviewStride,
  type PageKey,
  pageSide,
  pagesIn,
  pageWindow,
  strideFor,
  type PageWindow,
} from './level';
import { Lru } from './lru';
import { type Page, unpackPage } from './page';
import { PageLoader } from './page-loader';
import { referenceMagnitude } from './raster';
import type { Extent, Viewport } from './viewport';

export type FetchPage = (
  request: PageWindow & { readonly param: string; readonly stride: number },
  signal: AbortSignal,
) => Promise<MaskPage>;

export interface LoadedPage {
  readonly key: PageKey;
  readonly window: PageWindow;
  readonly page: Page;
  /** Which reading of the run it came with: an older one is shown until its successor is there. */
  readonly reading: number;
}

/** About 60 full pages with weights: more than a large screen shows at once. */
const cacheBytes = 64 * 2 ** 20;

export class LayerSource {
  /** Magnitude that gets the full colour, from the first page with weights; 0 until then. Fixed, so that pages agree. */
  reference = 0;
  error: string | undefined;
  private readonly pages = new Lru<LoadedPage>(cacheBytes, ({ page }) => page.rows * page.cols * 9);
  private readonly loader: PageLoader<Page>;
  private readonly changed: () => void;
  private reading = 0;

  constructor(
    public layer: MaskLayer,
    fetchPage: FetchPage,
    onChange: () => void,
  ) {
    this.changed = onChange;
    const { param, rows, cols } = layer;
    this.loader = new PageLoader<Page>({
      fetch: async (key, signal) =>
        unpackPage(await fetchPage({ param, stride: key.stride, ...pageWindow(key, rows, cols) }, signal)),
      onLoad: (key, page) => this.loaded(key, page),
      onError: (_key, error) => {
        this.error = error.message;
        this.changed();
      },
    });
  }

  /** Asks for what this viewport lacks, the overview before all; cancels what it does not need. */
  show(view: Viewport, extent: Extent): void {
    const overview: PageKey = { stride: overviewStride(this.layer.rows, this.layer.cols), row: 0, col: 0 };
    const wanted = [overview, ...pagesIn(view, extent, strideFor(view.scale))];
    const seen = new Set<string>();
    this.loader.want(
      wanted.filter((key) => {
        const text = keyText(key);
        return !this.isCurrent(text) && !seen.has(text) && seen.add(text);
      }),
    );
  }

  /** The run has pruned on: pages are asked for again, and the old ones stay until then. */
  refresh(layer: MaskLayer): void {
    this.layer = layer;
    this.reading++;
    this.error = undefined;
    this.loader.reset();
  }

  get busy(): boolean {
    return this.loader.busy;
  }

  /** Pages to draw over each other for this viewport: coarse ones first, the wanted stride last. */
  layersOfPages(view: Viewport, extent: Extent): LoadedPage[] {
    const finest = strideFor(view.scale);
    const found: LoadedPage[] = [];
    for (let stride = overviewStride(extent.rows, extent.cols); stride >= finest; stride /= 2) {
      const keys = pagesIn(view, extent, stride);
      // A level of very many pages was never shown, so there is nothing of it to find.
      if (keys.length > 400) break;
      const loaded = keys.map((key) => this.pages.get(keyText(key))).filter((page) => page !== undefined);
      // A level that is whole hides what is below it.
      if (loaded.length === keys.length) found.length = 0;
      found.push(...loaded);
    }
    return found;
  }

  /** What is known of a cell: its own weight, or the average around it from the finest page at hand. */
  cell(row: number, col: number): { density: number; weight?: number; stride: number } | undefined {
    const coarsest = overviewStride(this.layer.rows, this.layer.cols);
    for (let stride = 1; stride <= coarsest; stride *= 2) {
      const side = pageSide * stride;
      const loaded = this.pages.get(
        keyText({ stride, row: Math.floor(row / side), col: Math.floor(col / side) }),
      );
      if (!loaded) continue;
      const { page, window } = loaded;
      const at =
        Math.floor((row - window.row) / stride) * page.cols + Math.floor((col - window.col) / stride);
      return { density: page.density[at]! / 255, weight: page.weights?.[at], stride };
    }
    return undefined;
  }

  /** Brings the page with this cell's own weight, besides what the viewport wants; for a cursor that rests on it. */
  async fetchCell(row: number, col: number, fetchPage: FetchPage, signal: AbortSignal): Promise<void> {
    const key = { stride: 1, row: Math.floor(row / pageSide), col: Math.floor(col / pageSide) };
    if (this.isCurrent(keyText(key))) return;
    const { param, rows, cols } = this.layer;
    const page = await fetchPage({ param, stride: 1, ...pageWindow(key, rows, cols) }, signal);
    if (!signal.aborted) this.loaded(key, unpackPage(page));
  }

  dispose(): void {
    this.loader.reset();
    this.pages.clear();
  }

  private isCurrent(text: string): boolean {
    return this.pages.get(text)?.reading === this.reading;
  }

  private loaded(key: PageKey, page: Page): void {
    const window = pageWindow(key, this.layer.rows, this.layer.cols);
    this.reference ||= referenceMagnitude(page);
    this.error = undefined;
    this.pages.set(keyText(key), { key, window, page, reading: this.reading });
    this.changed();
  }
}
