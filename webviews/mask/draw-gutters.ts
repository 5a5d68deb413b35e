// Beside the matrix: row and column numbers, and for structural runs a bar at each kept output channel.
import { crisp } from '../ui/canvas';
import { css, mix } from '../ui/colour';
import { ticks } from '../ui/ticks';
import { palette } from './raster';
import { type Box, gutter, type Scene, xAt, yAt } from './scene';

export function drawRulers(scene: Scene, box: Box): void {
  const { context, theme, view, extent, source, ratio } = scene;
  const bars = source.layer.keptRows ? gutter.bars : 0;
  context.save();
  context.fillStyle = css(theme.muted);
  context.strokeStyle = css(theme.grid);
  context.lineWidth = 1;
  const marks = (start: number, pixels: number, cells: number, apart: number) =>
    ticks(
      Math.max(0, start),
      Math.min(cells - 1, start + pixels / view.scale),
      Math.max(1, Math.min(pixels, cells * view.scale) / apart),
      true,
    );
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const row of marks(view.y, extent.height, extent.rows, 48)) {
    const y = (yAt(scene, row) + yAt(scene, row + 1)) / 2;
    if (y < box.top || y > box.bottom) continue;
    context.fillText(String(row), box.left - bars - 8, y);
    tick(context, box.left - bars - 5, crisp(y - 0.5, ratio), 3, 0);
  }
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  for (const col of marks(view.x, extent.width, extent.cols, 72)) {
    const x = (xAt(scene, col) + xAt(scene, col + 1)) / 2;
    if (x < box.left || x > box.right) continue;
    context.fillText(String(col), x, box.top - 8);
    tick(context, crisp(x - 0.5, ratio), box.top - 5, 0, 3);
  }
  context.restore();
}

/** Kept channels are filled, removed ones are an empty track; several rows in a pixel are shown by their share. */
export function drawRowBars(scene: Scene, box: Box): void {
  const { context, theme, view, source, extent, ratio } = scene;
  const { keptRows } = source.layer;
  if (!keptRows) return;
  const { kept, pruned } = palette(theme);
  const [left, width] = [box.left - 14, 8];
  const rowsAPixel = 1 / (view.scale * ratio);
  if (rowsAPixel <= 1) {
    const last = Math.min(extent.rows, Math.ceil(view.y + extent.height / view.scale));
    for (let row = Math.max(0, Math.floor(view.y)); row < last; row++) {
      const [top, bottom] = [Math.max(box.top, yAt(scene, row)), Math.min(box.bottom, yAt(scene, row + 1))];
      const gap = view.scale >= 4 ? 1 : 0;
      context.fillStyle = css(keptRows[row] ? kept : pruned);
      context.fillRect(left, top, width, Math.max(1 / ratio, bottom - top - gap));
    }
  } else {
    for (let y = box.top; y < box.bottom; y += 1 / ratio) {
      const first = Math.max(0, Math.floor(view.y + (y - scene.plot.top) / view.scale));
      const rows = keptRows.slice(first, Math.max(first + 1, Math.ceil(first + rowsAPixel)));
      const share = rows.filter(Boolean).length / Math.max(1, rows.length);
      context.fillStyle = css(mix(pruned, kept, share));
      context.fillRect(left, y, width, 1 / ratio);
    }
  }
  context.strokeStyle = css(theme.border);
  context.lineWidth = 1;
  if (theme.highContrast) context.strokeRect(left - 0.5, box.top - 0.5, width + 1, box.bottom - box.top + 1);
}

function tick(context: CanvasRenderingContext2D, x: number, y: number, dx: number, dy: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
  context.stroke();
}
