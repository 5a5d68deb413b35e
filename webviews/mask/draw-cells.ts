// What is drawn on single weights once they are large enough: groups, values, and the marked cell.
import { contrast, css } from '../ui/colour';
import { crisp } from '../ui/canvas';
import { pageSide } from './level';
import { palette, shader } from './raster';
import { type Box, type Cell, type Scene, xAt, yAt } from './scene';

/** CSS pixels a cell from which gaps between groups, gaps between cells, group outlines and values are drawn. */
const from = { groupGaps: 5, cellGaps: 9, outlines: 15, values: 40 };
/** Between outlined groups: the outlines lie in it and the cells inside them. */
const gap = 4;

/** Rows and columns in sight, ends exclusive. */
function seen({ view, extent }: Scene) {
  return {
    top: Math.max(0, Math.floor(view.y)),
    left: Math.max(0, Math.floor(view.x)),
    bottom: Math.min(extent.rows, Math.ceil(view.y + extent.height / view.scale)),
    right: Math.min(extent.cols, Math.ceil(view.x + extent.width / view.scale)),
  };
}

/** Gaps in the ground's colour set groups and cells apart; from a size on, each N:M group has an outline. */
export function drawGroups(scene: Scene): void {
  const { context, theme, view, source, ratio } = scene;
  const { scale } = view;
  const { groupSize, cols: total } = source.layer;
  const { top, left, bottom, right } = seen(scene);
  const [y0, y1] = [yAt(scene, top), yAt(scene, bottom)];
  const [x0, x1] = [xAt(scene, left), xAt(scene, right)];
  const outlined = groupSize !== undefined && scale >= from.outlines;
  const lines = (width: number, draw: () => void) => {
    context.strokeStyle = css(theme.background);
    context.lineWidth = width;
    context.beginPath();
    draw();
    context.stroke();
  };
  if (scale >= from.cellGaps) {
    lines(outlined ? gap : 1, () => {
      for (let row = top; row <= bottom; row++) horizontal(context, x0, x1, crisp(yAt(scene, row), ratio));
    });
    lines(1, () => {
      for (let col = left; col <= right; col++) vertical(context, crisp(xAt(scene, col), ratio), y0, y1);
    });
  }
  if (!groupSize || scale < from.groupGaps) return;
  const firstGroup = Math.floor(left / groupSize) * groupSize;
  lines(outlined ? gap : 1, () => {
    for (let col = firstGroup; col <= total; col += groupSize) {
      if (col > right + groupSize) break;
      vertical(context, crisp(xAt(scene, col), ratio), y0, y1);
    }
  });
  if (!outlined) return;
  context.strokeStyle = css(theme.muted);
  context.lineWidth = 1;
  for (let row = top; row < bottom; row++) {
    for (let col = firstGroup; col < right; col += groupSize) {
      const [gx, gy] = [crisp(xAt(scene, col) + 1, ratio), crisp(yAt(scene, row) + 1, ratio)];
      const [ex, ey] = [xAt(scene, Math.min(total, col + groupSize)), yAt(scene, row + 1)];
      context.beginPath();
      context.roundRect(gx, gy, crisp(ex - 1, ratio) - gx, crisp(ey - 1, ratio) - gy, 3);
      context.stroke();
    }
  }
}

/** Weights as text in their cells. */
export function drawValues(scene: Scene): void {
  const { context, theme, view, source, mode } = scene;
  if (view.scale < from.values) return;
  const colours = palette(theme);
  const { top, left, bottom, right } = seen(scene);
  const size = Math.min(theme.fontSize - 1, view.scale / 3.6);
  context.save();
  context.font = `${size}px ${theme.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { page, window, key } of source.layersOfPages(view, scene.extent)) {
    if (key.stride !== 1 || !page.weights) continue;
    const shade = shader(page, mode, source.reference, colours);
    for (let row = Math.max(top, window.row); row < Math.min(bottom, window.row + pageSide); row++) {
      for (let col = Math.max(left, window.col); col < Math.min(right, window.col + pageSide); col++) {
        const at = (row - window.row) * page.cols + (col - window.col);
        const kept = page.density[at]! > 0;
        const ground = shade(at);
        const [a, b] = [theme.foreground, theme.background];
        context.fillStyle = css(kept ? (contrast(a, ground) >= contrast(b, ground) ? a : b) : theme.muted);
        const text = kept ? shortWeight(page.weights[at]!) : '0';
        context.fillText(text, xAt(scene, col) + view.scale / 2, yAt(scene, row) + view.scale / 2);
      }
    }
  }
  context.restore();
}

/** The cell, and the group it belongs to, in the strongest colour there is: it must stand out from any weight. */
export function drawMark(scene: Scene, { row, col }: Cell, box: Box): void {
  const { context, theme, view, source } = scene;
  context.save();
  context.beginPath();
  // The outline of a border cell may lie on the frame.
  context.rect(box.left - 2, box.top - 2, box.right - box.left + 4, box.bottom - box.top + 4);
  context.clip();
  const outline = (c0: number, c1: number, width: number, grow: number) => {
    context.lineWidth = width;
    const [x, y] = [xAt(scene, c0) - grow, yAt(scene, row) - grow];
    context.strokeRect(x, y, xAt(scene, c1) - x + grow, yAt(scene, row + 1) - y + grow);
  };
  const { groupSize, cols } = source.layer;
  if (groupSize && view.scale >= from.groupGaps) {
    const start = Math.floor(col / groupSize) * groupSize;
    context.strokeStyle = css(theme.foreground);
    outline(start, Math.min(cols, start + groupSize), 1, 0.5);
  }
  // A cell of less than four pixels gets a ring around it that can be seen.
  const grow = Math.max(0.5, (6 - view.scale) / 2);
  context.strokeStyle = css(theme.background);
  outline(col, col + 1, 4, grow);
  context.strokeStyle = css(theme.foreground);
  outline(col, col + 1, 2, grow);
  context.restore();
}

/** Three decimals are what fits a cell. */
function shortWeight(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const text = Math.abs(value) >= 100 ? value.toExponential(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
  return text.replace(/^(-?)0\./, '$1.').replace('-', '−');
}

function horizontal(context: CanvasRenderingContext2D, x0: number, x1: number, y: number): void {
  context.moveTo(x0, y);
  context.lineTo(x1, y);
}

function vertical(context: CanvasRenderingContext2D, x: number, y0: number, y1: number): void {
  context.moveTo(x, y0);
  context.lineTo(x, y1);
}
