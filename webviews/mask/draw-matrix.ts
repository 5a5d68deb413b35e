// Draws a viewport of a matrix: pages, groups, values, the marked cell, and the frame with its numbers.
import { css } from '../ui/colour';
import { font } from '../ui/theme';
import { drawGroups, drawMark, drawValues } from './draw-cells';
import { drawRowBars, drawRulers } from './draw-gutters';
import { strideFor } from './level';
import { type Box, type Scene, xAt, yAt } from './scene';

export function drawMatrix(scene: Scene): void {
  const { context, theme } = scene;
  context.font = font(theme);
  const box = matrixBox(scene);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  drawPages(scene);
  if (strideFor(scene.view.scale) === 1) {
    drawGroups(scene);
    drawValues(scene);
  }
  context.restore();
  drawFrame(scene, box);
  drawRulers(scene, box);
  drawRowBars(scene, box);
  if (scene.marked) drawMark(scene, scene.marked, box);
}

function matrixBox(scene: Scene): Box {
  const { plot, extent } = scene;
  return {
    left: Math.max(plot.left, xAt(scene, 0)),
    top: Math.max(plot.top, yAt(scene, 0)),
    right: Math.min(plot.left + plot.width, xAt(scene, extent.cols)),
    bottom: Math.min(plot.top + plot.height, yAt(scene, extent.rows)),
  };
}

function drawPages(scene: Scene): void {
  const { context, source, view, extent, mode, theme, bitmaps, ratio } = scene;
  for (const loaded of source.layersOfPages(view, extent)) {
    const { window, page, key } = loaded;
    const [left, top] = [xAt(scene, window.col), yAt(scene, window.row)];
    // The last cell of an averaged page may reach past the matrix; the clip cuts it.
    const right = xAt(scene, window.col + page.cols * key.stride);
    const bottom = yAt(scene, window.row + page.rows * key.stride);
    context.imageSmoothingEnabled = view.scale * ratio * key.stride < 1;
    const bitmap = bitmaps.get(loaded, mode, source.reference, theme);
    context.drawImage(bitmap, left, top, right - left, bottom - top);
  }
}

function drawFrame({ context, theme, ratio }: Scene, { left, top, right, bottom }: Box): void {
  const width = 1 / ratio;
  context.strokeStyle = css(theme.border);
  context.lineWidth = Math.max(1, width);
  context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
}
