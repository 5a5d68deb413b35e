// The matrix on its canvas: every weight a pixel, moved and read by pointer and keys. Drawing is in draw-matrix.ts.
import { CanvasView } from '../ui/canvas';
import type { Theme } from '../ui/theme';
import type { CellFacts } from './describe';
import { drawMatrix } from './draw-matrix';
import { keyAction, type KeyAction, zoomStep } from './keys';
import type { FetchPage, LayerSource } from './layer-source';
import { PageBitmaps } from './page-bitmaps';
import type { ColourMode } from './raster';
import { type Cell, gutter, type Plot } from './scene';
import { cellAt, clamp, type Extent, fit, reveal, type Viewport, zoomAt } from './viewport';

export interface MatrixListener {
  /** The cell under the cursor or pointer changed, or more became known of it. */
  onCell(facts: CellFacts | undefined): void;
  /** The view moved, by the user's hand. */
  onMove(view: Viewport): void;
}

/** An arrow key moves the cursor by at least this many pixels. */
const visibleStep = 6;

export class MatrixView extends CanvasView {
  private source: LayerSource | undefined;
  private view: Viewport = { x: 0, y: 0, scale: 1 };
  /** A viewport to restore, or none: the whole layer, which follows the size of the panel. */
  private moved = false;
  private cursor: Cell | undefined;
  private hover: Cell | undefined;
  private mode: ColourMode = 'mask';
  private drag: { x: number; y: number; travelled: number } | undefined;
  private readonly bitmaps = new PageBitmaps();
  private resting: { timer: number; controller: AbortController } | undefined;

  constructor(
    private readonly fetchPage: FetchPage,
    private readonly listener: MatrixListener,
  ) {
    super('matrix', { role: 'application', tabindex: 0, 'aria-roledescription': 'mask' });
    const { canvas } = this;
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.point(event));
    canvas.addEventListener('pointerup', (event) => this.release(event));
    canvas.addEventListener('pointercancel', () => (this.drag = undefined));
    canvas.addEventListener('pointerleave', () => this.pointAt(undefined));
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('focus', () => this.focused());
    canvas.addEventListener('blur', () => this.requestDraw());
  }

  /** Shows a layer, at a viewport that was kept or whole. */
  show(source: LayerSource, view?: Viewport): void {
    this.source = source;
    this.cursor = this.hover = undefined;
    this.moved = view !== undefined;
    this.view = view ?? fit(this.extent);
    const { path, rows, cols } = source.layer;
    const help = 'Arrow keys move over the weights, plus and minus zoom, Shift and arrows pan, 0 shows all.';
    this.canvas.setAttribute('aria-label', `Mask of ${path}, ${rows} rows by ${cols} columns. ${help}`);
    this.listener.onCell(undefined);
    this.refresh();
  }

  /** The layer is read anew: place, cursor and focus stay. */
  reload(): void {
    this.refresh();
  }

  colour(mode: ColourMode): void {
    this.mode = mode;
    this.requestDraw();
  }

  /** About the middle of the plot, or the cursor where it is in sight. */
  zoom(factor: number): void {
    const point = this.cursor && this.centreOf(this.cursor);
    const { width, height } = this.extent;
    const inside = point && point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
    this.zoomTo(factor, inside ? point.x : width / 2, inside ? point.y : height / 2);
  }

  zoomIn = (): void => this.zoom(zoomStep);
  zoomOut = (): void => this.zoom(1 / zoomStep);

  fit(): void {
    this.moved = false;
    this.view = fit(this.extent);
    this.refresh();
    this.listener.onMove(this.view);
  }

  /** Pages came in. */
  changed(): void {
    this.tellCell();
    this.requestDraw();
  }

  /** CSS pixels a cell, for the status line. */
  get scale(): number {
    return this.view.scale;
  }

  protected override onResize(): void {
    this.view = this.moved ? clamp(this.view, this.extent) : fit(this.extent);
    this.source?.show(this.view, this.extent);
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    if (!this.source) return;
    const { plot, extent, view, source, mode, ratio } = this;
    const marked = this.hover ?? this.cursor;
    drawMatrix({ context, theme, plot, extent, view, source, mode, ratio, marked, bitmaps: this.bitmaps });
  }

  private get plot(): Plot {
    const bars = this.source?.layer.keptRows ? gutter.bars : 0;
    return {
      left: gutter.left + bars,
      top: gutter.top,
      width: Math.max(1, this.width - gutter.left - bars - gutter.right),
      height: Math.max(1, this.height - gutter.top - gutter.bottom),
    };
  }

  private get extent(): Extent {
    const { rows = 1, cols = 1 } = this.source?.layer ?? {};
    const { width, height } = this.plot;
    return { rows, cols, width, height };
  }

  private refresh(): void {
    if (this.width > 0) this.source?.show(this.view, this.extent);
    this.tellCell();
    this.requestDraw();
  }

  private move(view: Viewport): void {
    this.view = view;
    this.moved = true;
    this.refresh();
    this.listener.onMove(view);
  }

  private zoomTo(factor: number, x: number, y: number): void {
    this.move(zoomAt(this.view, this.extent, factor, x, y));
  }

  private centreOf({ row, col }: Cell) {
    const { x, y, scale } = this.view;
    return { x: (col + 0.5 - x) * scale, y: (row + 0.5 - y) * scale };
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.plot;
    if (event.shiftKey && !event.ctrlKey) {
      const { scale, x, y } = this.view;
      // Browsers turn Shift and a wheel into a sideways scroll, some of them.
      const sideways = event.deltaX || event.deltaY;
      this.move(clamp({ x: x + sideways / scale, y, scale }, this.extent));
      return;
    }
    // A notch of a wheel is about 100 pixels, a pinch a few at a time; lines and pages are as large as they are tall.
    const pixels = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1);
    const factor = 2 ** (-pixels / (event.ctrlKey ? 60 : 240));
    this.zoomTo(factor, event.offsetX - left, event.offsetY - top);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.offsetX, y: event.offsetY, travelled: 0 };
  }

  private point(event: PointerEvent): void {
    const { left, top } = this.plot;
    if (this.drag) {
      const [dx, dy] = [event.offsetX - this.drag.x, event.offsetY - this.drag.y];
      this.drag = { x: event.offsetX, y: event.offsetY, travelled: this.drag.travelled + Math.hypot(dx, dy) };
      const { x, y, scale } = this.view;
      this.move(clamp({ x: x - dx / scale, y: y - dy / scale, scale }, this.extent));
    }
    this.pointAt(cellAt(this.view, this.extent, event.offsetX - left, event.offsetY - top));
  }

  private release(event: PointerEvent): void {
    const { left, top } = this.plot;
    // A press that hardly moved is a click: it puts the cursor there.
    if (this.drag && this.drag.travelled < 4) {
      this.cursor = cellAt(this.view, this.extent, event.offsetX - left, event.offsetY - top) ?? this.cursor;
      this.tellCell();
      this.requestDraw();
    }
    this.drag = undefined;
  }

  private pointAt(cell: Cell | undefined): void {
    if (cell?.row === this.hover?.row && cell?.col === this.hover?.col) return;
    this.hover = cell;
    this.tellCell();
    this.requestDraw();
  }

  private focused(): void {
    if (!this.cursor && this.source && this.canvas.matches(':focus-visible')) this.cursor = this.firstCell();
    this.tellCell();
    this.requestDraw();
  }

  private firstCell(): Cell {
    return { row: Math.max(0, Math.ceil(this.view.y)), col: Math.max(0, Math.ceil(this.view.x)) };
  }

  private key(event: KeyboardEvent): void {
    const step = Math.max(1, Math.ceil(visibleStep / this.view.scale));
    const action = this.source && keyAction(event, step);
    if (!action) return;
    event.preventDefault();
    this.act(action);
  }

  private act(action: KeyAction): void {
    const { extent, view } = this;
    switch (action.kind) {
      case 'zoom':
        return this.zoom(action.factor);
      case 'fit':
        return this.fit();
      case 'leave':
        this.cursor = undefined;
        return this.changed();
      case 'pan': {
        const [rows, cols] = [
          (action.rows * extent.height) / view.scale,
          (action.cols * extent.width) / view.scale,
        ];
        return this.move(clamp({ ...view, x: view.x + cols, y: view.y + rows }, extent));
      }
      case 'move': {
        const from = this.cursor ?? this.firstCell();
        const bound = (value: number, cells: number) => Math.min(cells - 1, Math.max(0, value));
        this.cursor = {
          row: bound(from.row + action.rows, extent.rows),
          col: bound(from.col + action.cols, extent.cols),
        };
        this.hover = undefined;
        this.move(reveal(view, extent, this.cursor.row, this.cursor.col));
        return this.rest();
      }
    }
  }

  /** A cursor that rests where only averages are known asks for its own weight. */
  private rest(): void {
    const { source, cursor } = this;
    if (this.resting) {
      clearTimeout(this.resting.timer);
      this.resting.controller.abort();
    }
    if (!source || !cursor || source.cell(cursor.row, cursor.col)?.stride === 1) return;
    const controller = new AbortController();
    const fetch = () =>
      // Without it the average stays on the line, which is true as well.
      void source.fetchCell(cursor.row, cursor.col, this.fetchPage, controller.signal).catch(() => undefined);
    // Long enough not to ask at every repeat of a key that is held down.
    this.resting = { timer: setTimeout(fetch, 120), controller };
  }

  private tellCell(): void {
    const at = this.hover ?? this.cursor;
    this.listener.onCell(at && this.source && this.factsOf(this.source, at));
  }

  private factsOf(source: LayerSource, { row, col }: Cell): CellFacts {
    const { groupSize, keptRows, cols } = source.layer;
    const known = source.cell(row, col);
    const index = groupSize ? Math.floor(col / groupSize) : 0;
    return {
      row,
      col,
      stride: 1,
      ...known,
      channelKept: keptRows?.[row],
      ...(groupSize
        ? { group: { index, size: groupSize, kept: keptInGroup(source, row, index * groupSize, cols) } }
        : {}),
    };
  }
}

function keptInGroup(source: LayerSource, row: number, start: number, cols: number): number | undefined {
  const size = source.layer.groupSize ?? 1;
  let kept = 0;
  for (let col = start; col < Math.min(cols, start + size); col++) {
    const cell = source.cell(row, col);
    if (cell?.stride !== 1) return undefined;
    if (cell.density > 0) kept++;
  }
  return kept;
}
